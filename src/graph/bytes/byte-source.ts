import { ModelError } from '../../errors/index.ts'

/**
 * Bytes that may still lie in a file: positional, bounds-checked, synchronous reads. Format readers and tensors see
 * only this, never the file system; `convert/` supplies the file-backed one.
 */
export interface ByteSource {
  /** How the user knows these bytes: a path, or `net.pth!archive/data.pkl` for a part. Used in error messages. */
  readonly name: string
  /** Size in bytes. */
  readonly size: number
  /**
   * Bytes `[offset, offset + length)`. May be a view: callers do not write into it.
   * @throws ModelError TRUNCATED_FILE when the range leaves the source.
   */
  read(offset: number, length: number): Uint8Array
  /** The part `[offset, offset + length)`; nothing is read. `name` replaces this source's name. */
  slice(offset: number, length: number, name?: string): ByteSource
  /**
   * Another file of the same folder or below it.
   * @throws ModelError UNSAFE_PATH for an absolute path or one that leaves the folder, FILE_NOT_FOUND.
   */
  sibling(path: string): ByteSource
  /**
   * The file this source is a plain byte range of, when it is one: what lets a cache refer to a tensor in place
   * (`path` as given to the converter). Undefined for bytes that exist only in memory.
   */
  readonly origin: ByteOrigin | undefined
}

export interface ByteOrigin {
  readonly path: string
  readonly offset: number
}

/** @throws ModelError TRUNCATED_FILE unless `[offset, offset + length)` lies within `size` bytes. */
export function checkRange(name: string, size: number, offset: number, length: number): void {
  const sane = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0
  if (sane && offset + length <= size) return
  throw new ModelError('TRUNCATED_FILE', {
    what: `${name} ends too early: bytes ${offset} to ${offset + length} are needed and it holds ${size}`,
    why: 'The file is cut short or damaged',
    next: 'Download or save it again',
  })
}

/** All bytes of a source. Only for parts known to be small or needed whole. */
export const readAll = (source: ByteSource): Uint8Array => source.read(0, source.size)

/** A source over another's byte range. */
export class SlicedSource implements ByteSource {
  readonly name: string
  readonly size: number
  readonly #parent: ByteSource
  readonly #offset: number

  constructor(parent: ByteSource, offset: number, length: number, name = parent.name) {
    checkRange(parent.name, parent.size, offset, length)
    this.#parent = parent
    this.#offset = offset
    this.name = name
    this.size = length
  }

  get origin(): ByteOrigin | undefined {
    const { origin } = this.#parent
    return origin && { path: origin.path, offset: origin.offset + this.#offset }
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(this.name, this.size, offset, length)
    return this.#parent.read(this.#offset + offset, length)
  }

  slice(offset: number, length: number, name = this.name): ByteSource {
    checkRange(this.name, this.size, offset, length)
    return new SlicedSource(this.#parent, this.#offset + offset, length, name)
  }

  sibling(path: string): ByteSource {
    return this.#parent.sibling(path)
  }
}
