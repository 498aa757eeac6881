import { ModelError } from '../../errors/index.ts'
import type { ByteSource } from './byte-source.ts'

/**
 * The central directory of a zip archive, as APPNOTE.TXT 4.3 to 4.5 lays it out
 * (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT). Sizes and CRCs are taken from here alone: local headers
 * written by streaming writers, PyTorch's among them, hold zeros there and a data descriptor after the data.
 */
export interface ZipRecord {
  readonly name: string
  readonly method: number
  readonly encrypted: boolean
  /** CRC-32 of the uncompressed bytes. */
  readonly crc: number
  readonly compressedSize: number
  readonly size: number
  /** Position of the local header in the source, prefix bytes included. */
  readonly headerOffset: number
}

export interface ZipDirectory {
  readonly records: readonly ZipRecord[]
  /** Where the directory begins: no entry's data may reach beyond it. */
  readonly start: number
}

interface DirectoryPlace {
  readonly count: number
  readonly size: number
  /** Offset of the directory as the archive states it, before prefix bytes are added. */
  readonly statedStart: number
  /** Position right behind the directory. */
  readonly end: number
}

const END_SIGNATURE = 0x06054b50
const END_SIZE = 22
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50
const ZIP64_LOCATOR_SIZE = 20
const ZIP64_END_SIGNATURE = 0x06064b50
const ZIP64_END_SIZE = 56
const HEADER_SIGNATURE = 0x02014b50
const HEADER_SIZE = 46
const ZIP64_EXTRA = 0x0001
const MAX_COMMENT = 0xffff
const MASKED_16 = 0xffff
const MASKED_32 = 0xffffffff

/** @throws ModelError TRUNCATED_FILE, CORRUPT_FILE, LIMIT_EXCEEDED (more than `maxEntries`). */
export function readZipDirectory(source: ByteSource, maxEntries: number): ZipDirectory {
  const place = locateDirectory(source)
  if (place.count > maxEntries) {
    throw new ModelError('LIMIT_EXCEEDED', {
      what: `${source.name} says it holds ${place.count} entries, more than the ${maxEntries} allowed`,
    })
  }
  const start = place.end - place.size
  if (start < 0 || place.statedStart > start || place.count * HEADER_SIZE > place.size) {
    throw corruptZip(source, `its directory of ${place.count} entries and ${place.size} bytes does not fit`)
  }
  const prefix = start - place.statedStart
  return { records: readRecords(source, start, place, prefix), start }
}

function readRecords(source: ByteSource, start: number, place: DirectoryPlace, prefix: number): ZipRecord[] {
  const bytes = source.read(start, place.size)
  const view = viewOf(bytes)
  const records: ZipRecord[] = []
  let at = 0
  for (let i = 0; i < place.count; i++) {
    const end = headerEnd(view, at)
    if (end === undefined) throw corruptZip(source, `entry ${i} of its directory is damaged`)
    records.push(readRecord(source, bytes, at, prefix))
    at = end
  }
  return records
}

/** Where the header at `at` ends; undefined when there is none, or it does not fit. */
function headerEnd(view: DataView, at: number): number | undefined {
  if (at + HEADER_SIZE > view.byteLength || view.getUint32(at, true) !== HEADER_SIGNATURE) return undefined
  const variable =
    view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  const end = at + HEADER_SIZE + variable
  return end <= view.byteLength ? end : undefined
}

function readRecord(source: ByteSource, bytes: Uint8Array, at: number, prefix: number): ZipRecord {
  const view = viewOf(bytes)
  const nameEnd = at + HEADER_SIZE + view.getUint16(at + 28, true)
  const extra = bytes.subarray(nameEnd, nameEnd + view.getUint16(at + 30, true))
  // APPNOTE 4.5.3: the extra field holds, in this order, exactly those of the three whose 32-bit field is masked.
  const wide = new Zip64Fields(source, extra)
  const size = wide.resolve(view.getUint32(at + 24, true))
  const compressedSize = wide.resolve(view.getUint32(at + 20, true))
  const headerOffset = wide.resolve(view.getUint32(at + 42, true)) + prefix
  return {
    name: new TextDecoder().decode(bytes.subarray(at + HEADER_SIZE, nameEnd)),
    method: view.getUint16(at + 10, true),
    encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    crc: view.getUint32(at + 16, true),
    compressedSize,
    size,
    headerOffset,
  }
}

/** The 64-bit values of an entry's zip64 extra field, handed out in order. */
class Zip64Fields {
  readonly #source: ByteSource
  readonly #extra: Uint8Array
  #fields: Uint8Array | undefined
  #next = 0

  constructor(source: ByteSource, extra: Uint8Array) {
    this.#source = source
    this.#extra = extra
  }

  /** The field itself, or the 64-bit value that stands in for it. */
  resolve(field: number): number {
    if (field !== MASKED_32) return field
    this.#fields ??= findExtra(this.#extra, ZIP64_EXTRA)
    if (!this.#fields || this.#next + 8 > this.#fields.byteLength) {
      throw corruptZip(this.#source, 'an entry of more than 4 GiB has no zip64 sizes')
    }
    const value = uint64(this.#source, viewOf(this.#fields), this.#next)
    this.#next += 8
    return value
  }
}

function findExtra(extra: Uint8Array, id: number): Uint8Array | undefined {
  const view = viewOf(extra)
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const end = at + 4 + view.getUint16(at + 2, true)
    if (view.getUint16(at, true) === id) return extra.subarray(at + 4, end)
    at = end
  }
  return undefined
}

function locateDirectory(source: ByteSource): DirectoryPlace {
  const tailStart = Math.max(0, source.size - END_SIZE - MAX_COMMENT)
  const tail = viewOf(source.read(tailStart, source.size - tailStart))
  const found = findEnd(tail)
  if (found === undefined) {
    throw new ModelError('TRUNCATED_FILE', {
      what: `${source.name} begins as a zip archive and has no directory at its end`,
      why: 'The file is cut short, most often by an interrupted download',
      next: 'Download or save it again',
    })
  }
  const end = tailStart + found
  const place = {
    count: tail.getUint16(found + 10, true),
    size: tail.getUint32(found + 12, true),
    statedStart: tail.getUint32(found + 16, true),
    end,
  }
  // Some writers (miniz, hence PyTorch) add the zip64 records always, so they are looked for, masked fields or not.
  const masked = place.count === MASKED_16 || place.size === MASKED_32 || place.statedStart === MASKED_32
  return locateZip64Directory(source, end, masked) ?? place
}

/** Position of the end record: the last one whose comment fits. A comment may itself hold the signature. */
function findEnd(tail: DataView): number | undefined {
  let loose: number | undefined
  for (let at = tail.byteLength - END_SIZE; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END_SIGNATURE) continue
    const rest = tail.byteLength - at - END_SIZE - tail.getUint16(at + 20, true)
    if (rest === 0) return at
    // Bytes behind the archive (a signature, padding) are tolerated when no record ends exactly at the file's end.
    if (rest > 0) loose ??= at
  }
  return loose
}

/** Undefined when there is no zip64 locator: then even fields that look masked are the values. */
function locateZip64Directory(source: ByteSource, end: number, needed: boolean): DirectoryPlace | undefined {
  const locatorAt = end - ZIP64_LOCATOR_SIZE
  if (locatorAt < 0) return undefined
  const locator = viewOf(source.read(locatorAt, ZIP64_LOCATOR_SIZE))
  if (locator.getUint32(0, true) !== ZIP64_LOCATOR_SIGNATURE) return undefined
  const stated = uint64(source, locator, 8)
  // With bytes before the archive the stated position is too small; the record then stands right before the locator.
  const at = [stated, locatorAt - ZIP64_END_SIZE].find((position) => isZip64End(source, position))
  if (at === undefined) {
    if (needed) throw corruptZip(source, 'its zip64 end record is missing')
    return undefined
  }
  const record = viewOf(source.read(at, ZIP64_END_SIZE))
  return {
    count: uint64(source, record, 32),
    size: uint64(source, record, 40),
    statedStart: uint64(source, record, 48),
    end: at,
  }
}

function isZip64End(source: ByteSource, at: number): boolean {
  if (at < 0 || at + ZIP64_END_SIZE > source.size) return false
  return viewOf(source.read(at, 4)).getUint32(0, true) === ZIP64_END_SIGNATURE
}

function uint64(source: ByteSource, view: DataView, at: number): number {
  const value = view.getBigUint64(at, true)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw corruptZip(source, `it states a size or position of ${value} bytes`)
  }
  return Number(value)
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export function corruptZip(source: ByteSource, what: string): ModelError {
  return new ModelError('CORRUPT_FILE', {
    what: `${source.name} is a damaged zip archive: ${what}`,
    next: 'Download or save it again',
  })
}
