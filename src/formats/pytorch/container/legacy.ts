import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../../graph/bytes/index.ts'
import { int, type PickleStorage, type PickleValue, qualifiedName, unpickleAt } from '../pickle/index.ts'
import { elementBytes, TorchStorage } from '../tensors/index.ts'
import { parseStorageId, type StorageId, wholeStorage } from './storages.ts'

/** The source text of a pickled module's class, which old files carry along. */
export interface LegacySource {
  /** Path on the machine that saved the model. */
  readonly path: string
  readonly text: string
}

export interface LegacyContents {
  readonly root: PickleValue
  /** By qualified class name: `vdsr.Net`. */
  readonly sources: ReadonlyMap<string, LegacySource>
}

/** `0x1950a86a20f9469cfc6c` as LONG1, whatever pickle protocol surrounds it. */
const MAGIC = Uint8Array.of(0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
const PROTOCOL_VERSION = 1001

/** Whether the file is what `torch.save` wrote before 1.6. */
export function looksLikeLegacy(source: ByteSource): boolean {
  const head = Buffer.from(source.read(0, Math.min(source.size, 32)))
  const at = head.indexOf(MAGIC)
  // PROTO comes first, from protocol 4 on a FRAME as well.
  return head[0] === 0x80 && (at === 2 || at === 11)
}

/**
 * Five pickles in a row (magic, version, system, the object, the keys of its storages), then per key the number of
 * elements as 64 bits and the data, always little-endian
 * (`_legacy_load` of https://github.com/pytorch/pytorch/blob/main/torch/serialization.py).
 */
export function loadLegacy(source: ByteSource): LegacyContents {
  const magic = unpickleAt(source, 0)
  const version = unpickleAt(source, magic.end)
  if (version.value.kind !== 'int' || version.value.value !== PROTOCOL_VERSION) {
    throw new ModelError('UNSUPPORTED_FORMAT', {
      what: `${source.name} was saved by PyTorch in a format version other than ${PROTOCOL_VERSION}`,
      next: 'Load and save it again with a newer PyTorch',
    })
  }
  const system = unpickleAt(source, version.end)
  const references = new LegacyReferences(source.name)
  const object = unpickleAt(source, system.end, { persistentLoad: (id) => references.resolve(id) })
  const keys = unpickleAt(source, object.end)
  references.bind(source, keys.value, keys.end)
  return { root: object.value, sources: references.sources }
}

/** Resolves the persistent ids of the object before their data is reached, and then binds it. */
class LegacyReferences {
  readonly sources = new Map<string, LegacySource>()
  readonly #storages = new Map<string, { storage: TorchStorage; width: number }>()
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  resolve(id: PickleValue): PickleValue {
    const [tag, type, path, text] = id.kind === 'tuple' ? id.items : []
    if (tag?.kind === 'string' && tag.value === 'module' && type?.kind === 'class') {
      if (path?.kind === 'string' && text?.kind === 'string') {
        this.sources.set(qualifiedName(type), { path: path.value, text: text.value })
      }
      return type
    }
    return this.#storage(parseStorageId(id, this.#file))
  }

  #storage(id: StorageId): PickleStorage {
    const width = id.dtype ? elementBytes(id.dtype) : 1
    let known = this.#storages.get(id.key)
    if (!known) {
      known = { storage: new TorchStorage(`${this.#file}, storage ${id.key}`, id.byteLength), width }
      this.#storages.set(id.key, known)
    }
    const whole = wholeStorage(known.storage, id)
    if (!id.view || id.view.kind === 'none') return whole
    const [, offset, length] = id.view.kind === 'tuple' ? id.view.items : []
    return { ...whole, byteOffset: this.#size(offset) * width, byteLength: this.#size(length) * width }
  }

  /** Data follows the keys, in their order. */
  bind(source: ByteSource, keys: PickleValue, start: number): void {
    if (keys.kind !== 'list') throw this.#damaged('has no list of its storages')
    let at = start
    for (const key of keys.items) {
      const known =
        key.kind === 'string' || key.kind === 'int' ? this.#storages.get(String(key.value)) : undefined
      if (!known) throw this.#damaged('lists a storage that no tensor uses')
      const bytes = storageData(source, at, known.width, known.storage.name)
      if (bytes.size < known.storage.byteLength) throw this.#damaged('holds less data than its tensors need')
      known.storage.bind(bytes)
      at += 8 + bytes.size
    }
  }

  #size(value: PickleValue = int(-1)): number {
    if (value.kind === 'int' && typeof value.value === 'number' && value.value >= 0) return value.value
    throw this.#damaged('refers to a part of a storage by no offset and length')
  }

  #damaged(what: string): ModelError {
    return new ModelError('CORRUPT_FILE', {
      what: `${this.#file} ${what}`,
      next: 'Download or save the file again',
    })
  }
}

/**
 * The data of one storage: a 64-bit number of elements, then the elements.
 * @throws ModelError TRUNCATED_FILE
 */
export function storageData(source: ByteSource, at: number, width: number, name: string): ByteSource {
  const head = source.read(at, 8)
  const count = Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true))
  return source.slice(at + 8, count * width, name)
}
