import type { ByteSource } from './byte-source.ts'
import { corruptZip, readZipDirectory, type ZipRecord } from './zip-directory.ts'
import { InflateBudget, openEntry } from './zip-entry.ts'

export interface ZipLimits {
  /** Entries that the directory may list. @default 1000000 */
  readonly entries?: number
  /** Bytes that all deflated entries together may inflate to. @default 4 GiB */
  readonly inflatedBytes?: number
}

export interface ZipEntry {
  readonly name: string
  /** Uncompressed size in bytes, as the archive states it. */
  readonly size: number
  readonly compressed: boolean
  /**
   * The uncompressed bytes. Those of a stored entry are a slice of the archive, so tensors stay in the file; those of a
   * deflated one are inflated when first read, within the archive's budget or the one that is given.
   * @throws ModelError CORRUPT_FILE, UNSUPPORTED_FORMAT, LIMIT_EXCEEDED: for this entry only.
   */
  open(budget?: InflateBudget): ByteSource
}

/**
 * The files of a zip archive by name, in the order of its directory; folders are left out. Only the directory is read.
 * Names are keys and nothing more: none is ever used as a path.
 *
 * @example readZip(source).get('archive/data.pkl')?.open().read(0, 2)
 * @throws ModelError TRUNCATED_FILE, CORRUPT_FILE (duplicate names, overlapping entries), LIMIT_EXCEEDED.
 */
export function readZip(source: ByteSource, limits: ZipLimits = {}): ReadonlyMap<string, ZipEntry> {
  const { records, start } = readZipDirectory(source, limits.entries ?? 1_000_000)
  const ends = entryEnds(source, records, start)
  const budget = new InflateBudget(limits.inflatedBytes ?? 2 ** 32)
  const entries = new Map<string, ZipEntry>()
  for (const record of records) {
    if (record.name.endsWith('/')) continue
    if (entries.has(record.name)) {
      throw corruptZip(source, `it holds ${JSON.stringify(record.name)} more than once`)
    }
    entries.set(record.name, new Entry(source, record, ends.get(record) ?? start, budget))
  }
  return entries
}

/** Whether a source begins as a zip archive does. Archives with bytes before the first entry are not recognised so. */
export function looksLikeZip(source: ByteSource): boolean {
  if (source.size < 4) return false
  const [p, k, a, b] = source.read(0, 4)
  return p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6))
}

/** Where each entry must end: at the header of the one that lies behind it, the last one at the directory. */
function entryEnds(source: ByteSource, records: readonly ZipRecord[], start: number): Map<ZipRecord, number> {
  const ordered = [...records].sort((a, b) => a.headerOffset - b.headerOffset)
  const ends = new Map<ZipRecord, number>()
  ordered.forEach((record, i) => {
    const end = ordered[i + 1]?.headerOffset ?? start
    if (record.headerOffset + record.compressedSize > Math.min(end, start)) {
      throw corruptZip(source, `${JSON.stringify(record.name)} overlaps what follows it`)
    }
    ends.set(record, end)
  })
  return ends
}

class Entry implements ZipEntry {
  readonly #archive: ByteSource
  readonly #record: ZipRecord
  readonly #end: number
  readonly #budget: InflateBudget
  #opened: ByteSource | undefined

  constructor(archive: ByteSource, record: ZipRecord, end: number, budget: InflateBudget) {
    this.#archive = archive
    this.#record = record
    this.#end = end
    this.#budget = budget
  }

  get name(): string {
    return this.#record.name
  }

  get size(): number {
    return this.#record.size
  }

  get compressed(): boolean {
    return this.#record.method !== 0
  }

  open(budget = this.#budget): ByteSource {
    this.#opened ??= openEntry(this.#archive, this.#record, this.#end, budget)
    return this.#opened
  }
}
