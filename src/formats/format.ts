import type { ByteSource, InputSpec, Model, Tensor } from '../graph/index.ts'
import type { FormatName } from './sniff.ts'

/** What a front end may need to know from the request; every file is reached through `source.sibling`. */
export interface FrontEndOptions {
  /** `?input=`, in order; empty: find out. */
  readonly inputs: readonly InputSpec[]
  /** From `<model>.inputs.json`: used where neither the request nor the file says a shape. */
  readonly sidecarInputs?: readonly InputSpec[] | undefined
  /** `?arch=`: a library name, or a Python file beside the model. */
  readonly arch?: string | undefined
  readonly class?: string | undefined
  /** `?args=`, JSON text. */
  readonly args?: string | undefined
  readonly config?: string | undefined
  readonly weights?: string | undefined
  readonly method?: string | undefined
  readonly signature?: string | undefined
  readonly guards: 'warn' | 'strict'
}

/** A decision that was taken on a dim that stays dynamic. */
export interface Guard {
  /** The symbols it is about: `H`, `H, W`. */
  readonly dim: string
  /**
   * What was taken to hold: `floor((H + 1)/2) >= 33`, a comparison of `dimExpression`s, or several joined by `or`, which
   * the page checks for every call.
   * A side too long to be spelled is a `dimName`, which nothing can check; a warning says so.
   */
  readonly assumed: string
  /** `model.py:41`. */
  readonly at: string
}

/** A source model in ONNX operators at the canonical opset, with what was noticed on the way. */
export interface Normalised {
  readonly model: Model
  readonly guards: readonly Guard[]
  /** Everything inferred rather than given. */
  readonly assumptions: readonly string[]
  readonly warnings: readonly string[]
}

/** One parameter or result of a source model, as far as the file says. */
export interface PortDescription {
  readonly name: string
  readonly dtype?: string | undefined
  readonly shape?: readonly (number | string)[] | undefined
}

/** What a file without a program holds. */
export interface WeightsDescription {
  /** The entries of a checkpoint that tensors lie in, with how many; empty where the file is one set. */
  readonly sets: readonly { readonly name: string; readonly tensors: number }[]
  /** The keys that lead to the set that is read, joined by dots; empty for the file itself. */
  readonly from: string
  /** How many tensors that set has. */
  readonly count: number
  /** The first of them, under the names that the architecture gives them. */
  readonly first: readonly {
    readonly name: string
    readonly dtype: string
    readonly shape: readonly number[]
  }[]
}

/** What `inspect` tells of a file. */
export interface Description {
  readonly format: string
  readonly version?: string | undefined
  readonly inputs: readonly PortDescription[]
  readonly outputs: readonly PortDescription[]
  /** Operator → number of calls, as the source names them. */
  readonly operators: ReadonlyMap<string, number>
  /** Number of weights (elements, not bytes). */
  readonly parameters: number
  readonly weights?: WeightsDescription | undefined
}

/** One source format: how it is recognised by content, described and normalised. */
export interface Format {
  /** Name in reports: `torchscript`, `pytorch-weights`, `onnx`. */
  readonly name: string
  /** The kinds of files that it reads, as they are told apart by content, never by extension. */
  readonly reads: readonly FormatName[]
  describe(source: ByteSource, options: FrontEndOptions): Description
  /** @throws ModelError when the model cannot be converted. */
  normalise(source: ByteSource, options: FrontEndOptions): Normalised
  /**
   * Inputs that the file carries, by name, to validate on. They may be somebody's data: nothing of them is written anywhere.
   *
   * @returns undefined where it has none that fit.
   */
  samples?(source: ByteSource, options: FrontEndOptions): ReadonlyMap<string, Tensor> | undefined
}
