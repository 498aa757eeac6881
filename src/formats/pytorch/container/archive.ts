import { ModelError } from '../../../errors/index.ts'
import {
  type ByteSource,
  InflateBudget,
  readAll,
  readZip,
  type ZipEntry,
} from '../../../graph/bytes/index.ts'

/**
 * Bytes that the records of an archive which are no tensor data may inflate to, all together: they are read whole, and a
 * pickle becomes objects of many times its size. Those of real models take some MB.
 */
const METADATA_LIMIT = 2 ** 28

/**
 * The records of a PyTorch zip archive. They lie in one folder, named after the file at the time it was saved; an
 * archive that was packed again may lack it.
 */
export class TorchArchive {
  readonly source: ByteSource
  readonly #records = new Map<string, ZipEntry>()
  readonly #metadata = new InflateBudget(METADATA_LIMIT, 'pickles and text')

  /** @throws ModelError as `readZip` does. */
  constructor(source: ByteSource, entries: ReadonlyMap<string, ZipEntry> = readZip(source)) {
    this.source = source
    const root = rootFolder(entries)
    for (const [name, entry] of entries) {
      if (name.startsWith(root)) this.#records.set(name.slice(root.length), entry)
    }
  }

  /** Record names without the folder. */
  get names(): readonly string[] {
    return [...this.#records.keys()]
  }

  has(name: string): boolean {
    return this.#records.has(name)
  }

  hasFolder(folder: string): boolean {
    return this.names.some((name) => name.startsWith(folder))
  }

  /** A pickle or a text. Reading it throws ModelError LIMIT_EXCEEDED where such records inflate to more than 256 MiB. */
  find(name: string): ByteSource | undefined {
    return this.#records.get(name)?.open(this.#metadata)
  }

  /** The data of a tensor. */
  storage(name: string): ByteSource | undefined {
    return this.#records.get(name)?.open()
  }

  /** As `find`. @throws ModelError CORRUPT_FILE when there is no such record. */
  get(name: string): ByteSource {
    const found = this.find(name)
    if (found) return found
    throw new ModelError('CORRUPT_FILE', {
      what: `${this.source.name} has no record ${name}`,
      why: 'Every archive of its kind has one',
      next: 'Save it again',
    })
  }

  /** A small text record, trimmed. */
  text(name: string): string | undefined {
    const record = this.find(name)
    return record && new TextDecoder().decode(readAll(record)).trim()
  }
}

/** The folder that every record lies in, slash included; empty when there is none. */
function rootFolder(entries: ReadonlyMap<string, ZipEntry>): string {
  const [first = ''] = entries.keys()
  const root = first.slice(0, first.indexOf('/') + 1)
  for (const name of entries.keys()) if (!name.startsWith(root)) return ''
  return root
}
