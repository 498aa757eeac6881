import { ModelError } from '../../../errors/index.ts'
import { type PickleValue, unpickle } from '../pickle/index.ts'
import type { TorchArchive } from './archive.ts'
import { recordStorages } from './storages.ts'

/** One pickle of an archive, its tensors over the records of a folder. */
export function unpickleRecord(archive: TorchArchive, pickle: string, folder: string): PickleValue {
  const source = archive.get(pickle)
  const record = (key: string) => archive.storage(`${folder}${key}`)
  const persistentLoad = recordStorages(source.name, isBigEndian(archive), record)
  return unpickle(source, { persistentLoad })
}

/** Archives from before the record existed were made on little-endian machines, which is what PyTorch assumes as well. */
export function isBigEndian(archive: TorchArchive): boolean {
  const order = archive.text('byteorder') ?? 'little'
  if (order === 'little' || order === 'big') return order === 'big'
  throw new ModelError('CORRUPT_FILE', {
    what: `${archive.source.name} states the byte order ${JSON.stringify(order.slice(0, 20))}`,
  })
}
