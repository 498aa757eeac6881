import { writeZip, type ZipMember } from '../../graph/bytes/zip-writer.ts'
import {
  call,
  dict,
  global,
  int,
  join,
  type Piece,
  pickle,
  raw,
  str,
  tuple,
  u32,
  u64,
} from './pickle/pickle-writer.ts'

export interface TensorSpec {
  /** Key of its storage. */
  readonly storage: string
  /** @default FloatStorage */
  readonly type?: string
  /** Elements of the storage. */
  readonly length: number
  readonly offset?: number
  readonly dims: readonly number[]
  readonly strides: readonly number[]
}

/** `_rebuild_tensor_v2(storage, offset, dims, strides, False, OrderedDict())` */
export const tensor = ({ offset = 0, dims, strides, ...storage }: TensorSpec): Buffer =>
  call(
    'torch._utils',
    '_rebuild_tensor_v2',
    storageId(storage),
    int(offset),
    tuple(...dims.map(int)),
    tuple(...strides.map(int)),
    '\x89',
    call('collections', 'OrderedDict'),
  )

/** A storage's persistent id, resolved. `view` is the part of legacy files. */
export const storageId = (
  { storage, type = 'FloatStorage', length }: Pick<TensorSpec, 'storage' | 'type' | 'length'>,
  ...view: Piece[]
): Buffer =>
  join([tuple(str('storage'), global('torch', type), str(storage), str('cpu'), int(length), ...view), 'Q'])

/** A row-major float32 tensor with a storage of its own. */
export const floats = (storage: string, ...dims: number[]): Buffer => {
  const strides = dims.map((_, axis) => dims.slice(axis + 1).reduce((a, b) => a * b, 1))
  return tensor({ storage, length: dims.reduce((a, b) => a * b, 1), dims, strides })
}

export const f32 = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)

/** An archive as `torch.save` writes it. */
export function torchZip(
  root: Piece,
  storages: Record<string, Uint8Array> = {},
  extra: ZipMember[] = [],
): Buffer {
  return writeZip([
    { name: 'archive/data.pkl', data: pickle(root) },
    { name: 'archive/byteorder', data: 'little' },
    ...Object.entries(storages).map(([key, data]) => ({ name: `archive/data/${key}`, data })),
    { name: 'archive/version', data: '3\n' },
    ...extra,
  ])
}

/** A file as `torch.save` wrote it before 1.6; a storage is `[key, data, bytes an element takes]`. */
export function torchLegacy(root: Piece, storages: [key: string, data: Uint8Array, width: number][]): Buffer {
  return Buffer.concat([
    pickle('\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19'),
    pickle('M\xe9\x03'),
    pickle(dict(str('little_endian'), '\x88')),
    pickle(root),
    pickle(']', '(', ...storages.map(([key]) => str(key)), 'e'),
    ...storages.map(([, data, width]) =>
      Buffer.concat([u64(BigInt(data.byteLength / width)), Buffer.from(data)]),
    ),
  ])
}

/** A ustar archive. */
export function writeTar(members: Record<string, Uint8Array>): Buffer {
  const blocks = Object.entries(members).flatMap(([name, data]) => {
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write(`${data.byteLength.toString(8).padStart(11, '0')}\0`, 124)
    header.write('0', 156)
    header.write('ustar\x0000', 257)
    return [header, Buffer.from(data), Buffer.alloc((512 - (data.byteLength % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

/** A safetensors file. */
export function writeSafetensors(header: unknown, data: Uint8Array): Buffer {
  const text = raw(typeof header === 'string' ? header : JSON.stringify(header))
  return Buffer.concat([u32(text.byteLength), u32(0), text, Buffer.from(data)])
}
