import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../../graph/bytes/index.ts'
import { describe, type PickleStorage, type PickleValue } from '../pickle/index.ts'
import { elementBytes, type TorchDType, TorchStorage, torchDTypeFromStorage } from '../tensors/index.ts'

/** The parts of `('storage', torch.FloatStorage, '0', 'cpu', 25)`, the id under which a pickle refers to a storage. */
export interface StorageId {
  readonly key: string
  /** Undefined for an `UntypedStorage`, whose length is in bytes. */
  readonly dtype: TorchDType | undefined
  readonly device: string
  readonly byteLength: number
  /** Of old files: `(key, offset, length)` in elements, where the storage is a part of the one that `key` names above. */
  readonly view: PickleValue | undefined
}

/**
 * The persistent id of a storage, checked.
 * @throws ModelError CORRUPT_FILE, UNSUPPORTED_CONSTRUCT for a class of storage we do not know.
 */
export function parseStorageId(id: PickleValue, file: string): StorageId {
  const [tag, type, key, device, length, view] = id.kind === 'tuple' ? id.items : []
  const wellFormed =
    tag?.kind === 'string' && tag.value === 'storage' && type?.kind === 'class' && device?.kind === 'string'
  const name = key?.kind === 'string' || key?.kind === 'int' ? String(key.value) : undefined
  if (!wellFormed || name === undefined) {
    throw new ModelError('CORRUPT_FILE', {
      what: `${file} refers to tensor data by ${describe(id)}, which is no storage`,
      next: 'Save the file again',
    })
  }
  const dtype = storageDType(type.name, file)
  return { key: name, dtype, device: device.value, byteLength: bytesOf(length, dtype, file), view }
}

function bytesOf(length: PickleValue | undefined, dtype: TorchDType | undefined, file: string): number {
  const count = length?.kind === 'int' && typeof length.value === 'number' ? length.value : -1
  const byteLength = count * (dtype ? elementBytes(dtype) : 1)
  if (count >= 0 && Number.isSafeInteger(byteLength)) return byteLength
  throw new ModelError('CORRUPT_FILE', {
    what: `${file} refers to tensor data of ${length ? describe(length) : 'no'} elements`,
    next: 'Save the file again',
  })
}

/** @throws ModelError UNSUPPORTED_CONSTRUCT */
export function storageDType(className: string, file: string): TorchDType | undefined {
  if (className === 'UntypedStorage') return undefined
  const dtype = torchDTypeFromStorage(className)
  if (dtype) return dtype
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `${file} holds tensors of the storage class ${className}, which is not known`,
    next: 'Save it with the tensors cast to float32',
  })
}

/** A storage and its id as the value that tensors are made from. */
export const wholeStorage = (storage: TorchStorage, id: StorageId): PickleStorage => ({
  kind: 'storage',
  storage,
  dtype: id.dtype,
  byteOffset: 0,
  byteLength: id.byteLength,
  device: id.device,
})

/**
 * Resolves storage ids to records of their own, one storage a key: that two tensors share one is how ties are kept.
 * `record` gives the bytes of a key, undefined where the file has none (then reading them is an error).
 */
export function recordStorages(
  file: string,
  bigEndian: boolean,
  record: (key: string) => ByteSource | undefined,
): (id: PickleValue) => PickleStorage {
  const storages = new Map<string, TorchStorage>()
  return (value) => {
    const id = parseStorageId(value, file)
    let storage = storages.get(id.key)
    if (!storage) {
      const bytes = record(id.key)
      storage = new TorchStorage(bytes?.name ?? `${file}, storage ${id.key}`, id.byteLength, bytes, bigEndian)
      storages.set(id.key, storage)
    }
    return wholeStorage(storage, id)
  }
}
