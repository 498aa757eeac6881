import { ModelError } from '../../errors/index.ts'
import { type ByteSource, checkRange, SlicedSource } from './byte-source.ts'

/** A source over bytes in memory; reads are views. Siblings, where a test or an API caller has some, come as a map. */
export class MemorySource implements ByteSource {
  readonly name: string
  readonly #bytes: Uint8Array
  readonly #siblings: ReadonlyMap<string, Uint8Array>
  readonly origin = undefined

  constructor(bytes: Uint8Array, name = 'memory', siblings: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.#bytes = bytes
    this.name = name
    this.#siblings = siblings
  }

  get size(): number {
    return this.#bytes.byteLength
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(this.name, this.size, offset, length)
    return this.#bytes.subarray(offset, offset + length)
  }

  slice(offset: number, length: number, name = this.name): ByteSource {
    return new SlicedSource(this, offset, length, name)
  }

  sibling(path: string): ByteSource {
    const clean = confinedPath(path, this.name)
    const bytes = this.#siblings.get(clean)
    if (!bytes) throw new ModelError('FILE_NOT_FOUND', { what: `${path} does not exist beside ${this.name}` })
    return new MemorySource(bytes, clean, this.#siblings)
  }
}

/**
 * A relative path as a file of untrusted origin may name it: forward slashes, no `.` or empty parts.
 * @throws ModelError UNSAFE_PATH when it is absolute or climbs out of the folder.
 */
export function confinedPath(path: string, owner: string): string {
  const parts = path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
  const absolute = /^([/\\]|[a-zA-Z]:)/.test(path)
  if (absolute || parts.includes('..') || parts.length === 0 || path.includes('\0')) {
    throw new ModelError('UNSAFE_PATH', {
      what: `${owner} refers to ${JSON.stringify(path)}, which is outside its folder`,
      why: 'A model may only read files beside it or in folders below it',
      next: 'Move the file beside the model',
    })
  }
  return parts.join('/')
}
