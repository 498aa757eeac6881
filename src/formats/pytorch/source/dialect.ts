/**
 * The two dialects of Python source that PyTorch models come in. They share one grammar; what differs is how a few
 * lexical forms are meant.
 */
export interface Dialect {
  readonly name: 'torchscript' | 'python'
  /** `inf` and `nan` are float literals, not names. */
  readonly bareInfinities: boolean
  /** Escapes in a string are bytes, decoded as UTF-8 together. */
  readonly byteEscapes: boolean
  /** Names with two leading underscores belong to the class that they stand in. */
  readonly privateNames: boolean
}

/** What TorchScript writes into an archive's `code/` (torch/csrc/jit/serialization/python_print.cpp). */
export const TORCHSCRIPT: Dialect = {
  name: 'torchscript',
  bareInfinities: true,
  byteEscapes: true,
  privateNames: false,
}

/** Ordinary PyTorch source, as people write it. */
export const PYTHON: Dialect = {
  name: 'python',
  bareInfinities: false,
  byteEscapes: false,
  privateNames: true,
}
