import { ModelError } from '../../../../errors/index.ts'
import { readAll } from '../../../../graph/index.ts'
import type { TorchArchive } from '../../container/archive.ts'
import { isBigEndian } from '../../container/saved-zip.ts'
import { StorageView, TorchStorage } from '../../tensors/index.ts'
import { Fields } from '../json/fields.ts'
import { readJson } from '../json/read-json.ts'
import type { Size, TensorRecord } from '../program/program.ts'
import { readTensor } from '../program/read-graph.ts'
import { nestedSaved } from './nested-saved.ts'
import type { Layout } from './open.ts'

type FindTensor = (name: string) => StorageView | undefined

/** Weights and constants by name. A name that the program does not use may refer to anything. */
export function readWeights(archive: TorchArchive, layout: Layout): (name: string) => StorageView {
  const places = [tensorsOf(archive, layout.weights), tensorsOf(archive, layout.constants)]
  return (name) => {
    for (const find of places) {
      const found = find(name)
      if (found) return found
    }
    throw new ModelError('CORRUPT_FILE', {
      what: `${archive.source.name} holds no weight ${name}, which its program uses`,
      next: 'Export and save the model again',
    })
  }
}

function tensorsOf(archive: TorchArchive, candidates: readonly string[]): FindTensor {
  const record = candidates.find((name) => archive.has(name))
  if (record === undefined) return () => undefined
  return record.endsWith('_config.json') ? rawRecords(archive, record) : savedTensors(archive, record)
}

/** A state dict of torch.save. */
function savedTensors(archive: TorchArchive, record: string): FindTensor {
  const root = nestedSaved(archive, record)
  const tensors = new Map(root.kind === 'dict' ? root.named() : [])
  return (name) => {
    const value = tensors.get(name)
    if (!value || value.kind === 'tensor') return value?.view
    throw noTensor(archive, name, value.kind === 'object' ? value.class.name : value.kind)
  }
}

/** Storages as records of their own, and a configuration that says which tensor is which part of which. */
function rawRecords(archive: TorchArchive, config: string): FindTensor {
  const file = `${archive.source.name}!${config}`
  const root = Fields.of(readJson(new TextDecoder().decode(readAll(archive.get(config))), file), file)
  const payloads = new Map(root.entries('config'))
  const folder = config.slice(0, config.lastIndexOf('/') + 1)
  const bigEndian = isBigEndian(archive)
  const storages = new Map<string, TorchStorage>()
  return (name) => {
    const payload = payloads.get(name)
    if (!payload) return undefined
    const path = payload.string('path_name')
    if (payload.optionalBool('use_pickle') === true || !payload.has('tensor_meta'))
      throw noTensor(archive, name, path)
    const record = readTensor(payload.object('tensor_meta'))
    const storage = storages.get(path) ?? storageOf(archive, `${folder}${path}`, bigEndian)
    storages.set(path, storage)
    return viewOf(storage, record, name)
  }
}

function storageOf(archive: TorchArchive, record: string, bigEndian: boolean): TorchStorage {
  const bytes = archive.storage(record)
  if (bytes) return new TorchStorage(bytes.name, bytes.size, bytes, bigEndian)
  throw new ModelError('CORRUPT_FILE', {
    what: `${archive.source.name} has no record ${record}, which its configuration names`,
    next: 'Export and save the model again',
  })
}

function viewOf(
  storage: TorchStorage,
  { dtype, sizes, strides, offset }: TensorRecord,
  name: string,
): StorageView {
  const dims = sizes.map(plain)
  if (storage.byteLength === 0 && !dims.includes(0)) {
    throw new ModelError('CORRUPT_FILE', {
      what: `The weight ${name} is saved without its data`,
      why: 'The model was exported from fake tensors (torch.device("meta"), FakeTensorMode), which have none',
      next: 'Export it with its weights loaded',
    })
  }
  return new StorageView(
    { storage, byteOffset: 0, byteLength: storage.byteLength },
    { dtype, dims, strides: strides.map(plain), offset: plain(offset) },
  )
}

function plain(size: Size): number {
  if (typeof size === 'number') return size
  throw new ModelError('CORRUPT_FILE', {
    what: `A weight has the size ${size.text.slice(0, 80)}, which is no number`,
  })
}

const noTensor = (archive: TorchArchive, name: string, what: string): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `${archive.source.name} holds ${what} under the name ${name}, which is no plain tensor`,
    why: 'Script objects and subclasses of Tensor are code of Python and C++',
    next: 'Unwrap it in PyTorch before the model is exported',
  })
