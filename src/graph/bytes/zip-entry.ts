import { crc32, inflateRawSync } from 'node:zlib'
import { ModelError } from '../../errors/index.ts'
import { type ByteSource, checkRange, SlicedSource } from './byte-source.ts'
import { corruptZip, type ZipRecord } from './zip-directory.ts'

/** Bytes that the entries of one archive, or those of one kind, may still inflate to. */
export class InflateBudget {
  readonly #limit: number
  readonly #kind: string | undefined
  #left: number

  /** @param kind what it is for, where that is not the whole archive: `pickles and text`. */
  constructor(limit: number, kind?: string) {
    this.#limit = limit
    this.#kind = kind
    this.#left = limit
  }

  /** @throws ModelError LIMIT_EXCEEDED */
  spend(name: string, bytes: number): void {
    if (bytes > this.#left) {
      const allowed = `${this.#limit} allowed${this.#kind === undefined ? '' : ` for ${this.#kind}`}`
      throw new ModelError('LIMIT_EXCEEDED', {
        what: `${name} inflates to ${bytes} bytes, which takes its archive over the ${allowed}`,
        why: 'A small archive that inflates without end can exhaust the memory of the machine',
      })
    }
    this.#left -= bytes
  }
}

/** Stored entries up to this size are checked against their CRC when first read; larger ones hold tensor data. */
const MAX_CHECKED_SIZE = 1 << 20

/** Deflate cannot do better than 1032 to 1 (https://zlib.net/zlib_tech.html); the rest is slack for tiny entries. */
const mostThatInflatesFrom = (compressed: number): number => compressed * 1032 + 1024

const LOCAL_SIGNATURE = 0x04034b50
const LOCAL_SIZE = 30

/**
 * An entry's uncompressed bytes: a slice of the archive when stored, inflated when first read otherwise.
 * `end` is where the next entry or the directory begins.
 * @throws ModelError CORRUPT_FILE, UNSUPPORTED_FORMAT (encryption, other compression), LIMIT_EXCEEDED.
 */
export function openEntry(
  archive: ByteSource,
  record: ZipRecord,
  end: number,
  budget: InflateBudget,
): ByteSource {
  const name = `${archive.name}!${record.name}`
  const data = entryData(archive, record, end, name)
  if (record.method === 0) {
    if (record.size !== record.compressedSize) throw corruptZip(archive, `${record.name} has two sizes`)
    // PyTorch writes 0 where it was told not to compute CRCs (torch.serialization.set_crc32_options).
    return record.crc !== 0 && record.size <= MAX_CHECKED_SIZE ? new CheckedSource(data, record.crc) : data
  }
  if (record.size > mostThatInflatesFrom(record.compressedSize)) {
    throw corruptZip(archive, `${record.name} cannot hold the ${record.size} bytes it says it does`)
  }
  return new InflatedSource(data, record, budget)
}

function entryData(archive: ByteSource, record: ZipRecord, end: number, name: string): ByteSource {
  if (record.encrypted || (record.method !== 0 && record.method !== 8)) {
    throw new ModelError('UNSUPPORTED_FORMAT', {
      what: `${name} is ${record.encrypted ? 'encrypted' : `compressed with method ${record.method}`}`,
      next: 'Save the archive without encryption, stored or deflated',
    })
  }
  if (record.headerOffset + LOCAL_SIZE > end) throw corruptZip(archive, `${record.name} lies outside of it`)
  const header = archive.read(record.headerOffset, LOCAL_SIZE)
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
  // The local extra field differs from the directory's: PyTorch pads it to align tensor data.
  const start = record.headerOffset + LOCAL_SIZE + view.getUint16(26, true) + view.getUint16(28, true)
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE) throw corruptZip(archive, `${record.name} has no header`)
  if (start + record.compressedSize > end) {
    throw corruptZip(archive, `${record.name} overlaps what follows it`)
  }
  return archive.slice(start, record.compressedSize, name)
}

function checkCrc(name: string, bytes: Uint8Array, expected: number): void {
  if (crc32(bytes) === expected) return
  throw new ModelError('CORRUPT_FILE', {
    what: `${name} is damaged: its bytes do not have the CRC that the archive recorded`,
    next: 'Download or save it again',
  })
}

/** A stored entry whose CRC is checked before the first byte of it is believed. */
class CheckedSource implements ByteSource {
  readonly #data: ByteSource
  readonly #crc: number
  #checked = false

  constructor(data: ByteSource, crc: number) {
    this.#data = data
    this.#crc = crc
  }

  get name(): string {
    return this.#data.name
  }

  get size(): number {
    return this.#data.size
  }

  get origin(): ByteSource['origin'] {
    return this.#data.origin
  }

  read(offset: number, length: number): Uint8Array {
    if (!this.#checked) {
      checkCrc(this.name, this.#data.read(0, this.size), this.#crc)
      this.#checked = true
    }
    return this.#data.read(offset, length)
  }

  slice(offset: number, length: number, name = this.name): ByteSource {
    return new SlicedSource(this, offset, length, name)
  }

  sibling(path: string): ByteSource {
    return this.#data.sibling(path)
  }
}

/** A deflated entry, inflated whole when first read and kept. */
class InflatedSource implements ByteSource {
  readonly origin = undefined
  readonly #data: ByteSource
  readonly #record: ZipRecord
  readonly #budget: InflateBudget
  #bytes: Uint8Array | undefined

  constructor(data: ByteSource, record: ZipRecord, budget: InflateBudget) {
    this.#data = data
    this.#record = record
    this.#budget = budget
  }

  get name(): string {
    return this.#data.name
  }

  get size(): number {
    return this.#record.size
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(this.name, this.size, offset, length)
    this.#bytes ??= this.#inflate()
    return this.#bytes.subarray(offset, offset + length)
  }

  slice(offset: number, length: number, name = this.name): ByteSource {
    return new SlicedSource(this, offset, length, name)
  }

  sibling(path: string): ByteSource {
    return this.#data.sibling(path)
  }

  #inflate(): Uint8Array {
    this.#budget.spend(this.name, this.size)
    const bytes = inflateExactly(this.name, this.#data.read(0, this.#data.size), this.size)
    checkCrc(this.name, bytes, this.#record.crc)
    return bytes
  }
}

function inflateExactly(name: string, compressed: Uint8Array, size: number): Uint8Array {
  const damaged = (cause?: unknown): ModelError =>
    new ModelError('CORRUPT_FILE', {
      what: `${name} does not inflate to the ${size} bytes its archive states`,
      next: 'Download or save it again',
      cause,
    })
  let bytes: Uint8Array
  try {
    bytes = inflateRawSync(compressed, { maxOutputLength: Math.max(1, size) })
  } catch (cause) {
    throw damaged(cause)
  }
  if (bytes.byteLength !== size) throw damaged()
  return bytes
}
