import { type ByteOrigin, type ByteSource, confinedPath } from '../../graph/index.ts'

/** A source that notes which files beside it were asked for. */
export class RecordingSource implements ByteSource {
  readonly #source: ByteSource
  readonly #files = new Set<string>()

  constructor(source: ByteSource) {
    this.#source = source
  }

  /** Paths relative to the source's folder, in the order they were asked for. */
  get files(): readonly string[] {
    return [...this.#files]
  }

  get name(): string {
    return this.#source.name
  }

  get size(): number {
    return this.#source.size
  }

  get origin(): ByteOrigin | undefined {
    return this.#source.origin
  }

  read(offset: number, length: number): Uint8Array {
    return this.#source.read(offset, length)
  }

  slice(offset: number, length: number, name?: string): ByteSource {
    return this.#source.slice(offset, length, name)
  }

  sibling(path: string): ByteSource {
    const found = this.#source.sibling(path)
    this.#files.add(confinedPath(path, this.name))
    return found
  }
}
