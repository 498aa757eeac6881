import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../../graph/bytes/index.ts'
import {
  describe,
  type PickleStorage,
  type PickleTensor,
  type PickleValue,
  unpickleAt,
} from '../pickle/index.ts'
import { elementBytes, StorageView, TorchStorage } from '../tensors/index.ts'
import { storageData } from './legacy.ts'
import { parseStorageId, storageDType } from './storages.ts'
import { looksLikeTar, readTar } from './tar.ts'

/** Whether the file is what `torch.save` wrote before 0.1.10: a tar archive of pickles. */
export function looksLikeLegacyTar(source: ByteSource): boolean {
  if (!looksLikeTar(source)) return false
  const members = readTar(source)
  return members.has('pickle') && members.has('storages')
}

/**
 * Members `storages` and `tensors` hold numbered data, `pickle` the object, which refers to both by number
 * (`legacy_load` of https://github.com/pytorch/pytorch/blob/main/torch/serialization.py).
 */
export function loadLegacyTar(source: ByteSource): PickleValue {
  const members = readTar(source)
  const pickle = members.get('pickle')
  const storages = members.get('storages')
  if (!pickle || !storages) throw new ModelError('CORRUPT_FILE', { what: `${source.name} is incomplete` })
  const parts = new TarParts(source.name)
  parts.readStorages(storages)
  const tensors = members.get('tensors')
  if (tensors) parts.readTensors(tensors)
  return unpickleAt(pickle, 0, { persistentLoad: (id) => parts.resolve(id) }).value
}

/** What the object refers to, by key. */
class TarParts {
  readonly #file: string
  readonly #storages = new Map<string, PickleStorage>()
  readonly #tensors = new Map<string, PickleTensor>()

  constructor(file: string) {
    this.#file = file
  }

  /** A count, per storage `(key, device, class)` and its data, then the list of storages that are parts of others. */
  readStorages(source: ByteSource): void {
    const reader = new Cursor(source)
    const count = this.#count(reader.next())
    for (let i = 0; i < count; i++) {
      const [key, device, type] = this.#tuple(reader.next())
      if (!key || device?.kind !== 'string' || type?.kind !== 'class') throw this.#damaged('a storage')
      const dtype = storageDType(type.name, this.#file)
      const width = dtype ? elementBytes(dtype) : 1
      const name = `${this.#file}, storage ${keyText(key)}`
      const bytes = storageData(source, reader.at, width, name)
      reader.at += 8 + bytes.size
      const storage = new TorchStorage(name, bytes.size, bytes)
      const whole = { kind: 'storage', storage, dtype, byteOffset: 0, byteLength: bytes.size } as const
      this.#storages.set(keyText(key), { ...whole, device: device.value })
    }
    if (reader.at < source.size) this.#readViews(reader.next())
  }

  /** `(key, key of the whole, offset, length)`, in elements. */
  #readViews(views: PickleValue): void {
    for (const view of this.#tuple(views)) {
      const [key, root, offset, length] = this.#tuple(view)
      const whole = root && this.#storages.get(keyText(root))
      if (!key || !whole) throw this.#damaged('a part of a storage')
      const width = whole.dtype ? elementBytes(whole.dtype) : 1
      const byteOffset = this.#count(offset) * width
      this.#storages.set(keyText(key), { ...whole, byteOffset, byteLength: this.#count(length) * width })
    }
  }

  /** A count, then per tensor `(key, storage key, class)`, and in binary its rank, dims, strides and offset. */
  readTensors(source: ByteSource): void {
    const reader = new Cursor(source)
    const count = this.#count(reader.next())
    for (let i = 0; i < count; i++) {
      const [key, storageKey] = this.#tuple(reader.next())
      const storage = storageKey && this.#storages.get(keyText(storageKey))
      if (!key || !storage?.dtype) throw this.#damaged('a tensor')
      const rank = reader.int64() % 2 ** 32
      if (rank < 0 || rank > 64) throw this.#damaged(`a tensor of ${rank} dims`)
      const dims = Array.from({ length: rank }, () => reader.int64())
      const strides = Array.from({ length: rank }, () => reader.int64())
      const view = new StorageView(storage, { dtype: storage.dtype, dims, strides, offset: reader.int64() })
      this.#tensors.set(keyText(key), { kind: 'tensor', role: 'tensor', view, requiresGrad: false })
    }
  }

  resolve(id: PickleValue): PickleValue {
    if (id.kind === 'tuple') return this.#resolveTuple(id, id.items)
    const found = this.#tensors.get(keyText(id)) ?? this.#storages.get(keyText(id))
    if (!found) throw this.#damaged(`a reference to ${describe(id)}`)
    return found
  }

  /** `(class, source path, source)` stands for a class; a few writers use the storage ids of the next format. */
  #resolveTuple(id: PickleValue, items: readonly PickleValue[]): PickleValue {
    const [first] = items
    if (first?.kind === 'class') return first
    const { key, byteLength } = parseStorageId(id, this.#file)
    const storage = this.#storages.get(key)
    if (!storage || storage.byteLength < byteLength) throw this.#damaged(`storage ${key}`)
    return storage
  }

  #count(value: PickleValue | undefined): number {
    if (value?.kind === 'int' && typeof value.value === 'number' && value.value >= 0) return value.value
    throw this.#damaged('a count')
  }

  #tuple(value: PickleValue): readonly PickleValue[] {
    if (value.kind === 'tuple' || value.kind === 'list') return value.items
    throw this.#damaged('a list')
  }

  #damaged(what: string): ModelError {
    return new ModelError('CORRUPT_FILE', {
      what: `${this.#file} is damaged: ${what} is missing or wrong`,
      next: 'Download or save the file again',
    })
  }
}

/** Pickles and binary numbers one after the other. */
class Cursor {
  readonly #source: ByteSource
  at = 0

  constructor(source: ByteSource) {
    this.#source = source
  }

  next(): PickleValue {
    const { value, end } = unpickleAt(this.#source, this.at)
    this.at = end
    return value
  }

  int64(): number {
    const bytes = this.#source.read(this.at, 8)
    this.at += 8
    return Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true))
  }
}

const keyText = (key: PickleValue): string =>
  key.kind === 'int' || key.kind === 'string' ? String(key.value) : describe(key)
