import { describe, expect, it } from 'vitest'
import {
  loadTorchFile,
  stateDictOf,
  stateDictOfSafetensors,
} from '../../../../src/formats/pytorch/container/index.ts'
import type { PickleValue } from '../../../../src/formats/pytorch/pickle/index.ts'
import { MemorySource } from '../../../../src/graph/bytes/index.ts'
import { type Tensor, tensorData } from '../../../../src/graph/tensor.ts'
import { writeZip } from '../../../graph/bytes/zip-writer.ts'
import {
  call,
  dict,
  global,
  int,
  join,
  list,
  type Piece,
  pickle,
  raw,
  str,
  tuple,
  u64,
} from '../pickle/pickle-writer.ts'
import {
  f32,
  floats,
  storageId,
  tensor,
  torchLegacy,
  torchZip,
  writeSafetensors,
  writeTar,
} from '../torch-writer.ts'

const load = (bytes: Uint8Array) => loadTorchFile(new MemorySource(bytes, 'net.pth'))

const tensorsOf = (bytes: Uint8Array): ReadonlyMap<string, Tensor> => {
  const file = load(bytes)
  if (file.kind !== 'saved') throw new Error(`${file.kind} instead of saved`)
  return stateDictOf(file.root).tensors
}

const values = (item: Tensor | undefined): unknown[] => (item ? [...tensorData(item)] : [])

describe('an archive of torch.save', () => {
  it('gives contiguous tensors as ranges of the file', () => {
    const bytes = torchZip(dict(str('w'), floats('0', 2, 2)), { 0: f32(1, 2, 3, 4) })
    const weight = tensorsOf(bytes).get('w')
    expect(weight?.source?.name).toBe('net.pth!archive/data/0')
    expect(weight?.bytes().buffer).toBe(bytes.buffer)
    expect(values(weight)).toEqual([1, 2, 3, 4])
  })

  it('has one tensor for equal views of one storage, whatever their names', () => {
    const weight = floats('0', 2, 2)
    const tied = tensorsOf(torchZip(dict(str('a'), weight, str('b'), weight), { 0: f32(1, 2, 3, 4) }))
    expect(tied.get('a')).toBe(tied.get('b'))
  })

  it.each<[string, readonly number[], readonly number[], number, readonly number[]]>([
    ['a transposed view', [3, 2], [1, 3], 0, [0, 3, 1, 4, 2, 5]],
    ['a view with an offset', [2], [1], 4, [4, 5]],
    ['a slice with a step', [2, 2], [3, 2], 0, [0, 2, 3, 5]],
    ['an expanded view', [2, 3], [1, 0], 1, [1, 1, 1, 2, 2, 2]],
    ['a scalar', [], [], 3, [3]],
    ['no elements', [0, 4], [4, 1], 6, []],
  ])('honours strides and offset: %s', (_, dims, strides, offset, expected) => {
    const view = tensor({ storage: '0', length: 6, dims, strides, offset })
    const weight = tensorsOf(torchZip(dict(str('w'), view), { 0: f32(0, 1, 2, 3, 4, 5) })).get('w')
    expect(weight?.dims).toEqual(dims)
    expect(values(weight)).toEqual(expected)
  })

  it.each(['neg', 'conj'])('refuses a view that is still to be %s', (note) => {
    const view = call(
      'torch._utils',
      '_rebuild_tensor_v2',
      storageId({ storage: '0', length: 2 }),
      int(0),
      tuple(int(2)),
      tuple(int(1)),
      '\x89',
      call('collections', 'OrderedDict'),
      dict(str(note), '\x88'),
    )
    expect(() => load(torchZip(dict(str('w'), view), { 0: f32(1, 2) }))).toThrow(`tensor.resolve_${note}()`)
  })

  it('turns big-endian data around', () => {
    const data = Buffer.alloc(4)
    data.writeFloatBE(1.5)
    const bytes = writeZip([
      { name: 'x/data.pkl', data: pickle(dict(str('w'), floats('0', 1))) },
      { name: 'x/byteorder', data: 'big' },
      { name: 'x/data/0', data },
    ])
    expect(values(tensorsOf(bytes).get('w'))).toEqual([1.5])
  })

  it('takes the dtype of an untyped storage from the tensor', () => {
    const view = call(
      'torch._utils',
      '_rebuild_tensor_v3',
      join([
        tuple(str('storage'), global('torch.storage', 'UntypedStorage'), str('0'), str('cpu'), int(4)),
        'Q',
      ]),
      int(1),
      tuple(int(1)),
      tuple(int(1)),
      '\x89',
      call('collections', 'OrderedDict'),
      global('torch', 'uint16'),
    )
    const weight = tensorsOf(torchZip(dict(str('w'), view), { 0: Uint8Array.of(0, 0, 0x60, 0xea) })).get('w')
    expect([weight?.dtype, values(weight)]).toEqual(['uint16', [60000]])
  })

  it('needs no folder around its records', () => {
    const bytes = writeZip([
      { name: 'data.pkl', data: pickle(dict(str('w'), floats('0', 1))) },
      { name: 'data/0', data: f32(7) },
    ])
    expect(values(tensorsOf(bytes).get('w'))).toEqual([7])
  })

  it.each<[string, string, Piece]>([
    [
      'a view beyond its storage',
      'CORRUPT_FILE',
      tensor({ storage: '0', length: 4, dims: [5], strides: [1] }),
    ],
    [
      'a stride beyond its storage',
      'CORRUPT_FILE',
      tensor({ storage: '0', length: 4, dims: [2], strides: [4] }),
    ],
    [
      'an offset beyond its storage',
      'CORRUPT_FILE',
      tensor({ storage: '0', length: 4, dims: [1], strides: [1], offset: 4 }),
    ],
    ['a negative dim', 'CORRUPT_FILE', tensor({ storage: '0', length: 4, dims: [-1], strides: [1] })],
    ['a negative stride', 'CORRUPT_FILE', tensor({ storage: '0', length: 4, dims: [2], strides: [-1] })],
    [
      'a negative offset',
      'CORRUPT_FILE',
      tensor({ storage: '0', length: 4, dims: [1], strides: [1], offset: -1 }),
    ],
    ['a negative storage', 'CORRUPT_FILE', tensor({ storage: '0', length: -4, dims: [1], strides: [1] })],
    ['two ranks', 'CORRUPT_FILE', tensor({ storage: '0', length: 4, dims: [1, 1], strides: [1] })],
    [
      'dims that expand without end',
      'LIMIT_EXCEEDED',
      tensor({ storage: '0', length: 4, dims: [2 ** 30, 2 ** 30], strides: [0, 0] }),
    ],
    [
      'dims beyond what numbers hold',
      'LIMIT_EXCEEDED',
      tensor({ storage: '0', length: 4, dims: Array(40).fill(2 ** 30), strides: Array(40).fill(0) }),
    ],
    [
      'an unknown storage class',
      'UNSUPPORTED_CONSTRUCT',
      tensor({ storage: '0', type: 'OddStorage', length: 4, dims: [1], strides: [1] }),
    ],
    [
      'more data than its record has',
      'TRUNCATED_FILE',
      tensor({ storage: '0', length: 8, dims: [8], strides: [1] }),
    ],
    [
      'a record that is missing',
      'CORRUPT_FILE',
      tensor({ storage: '../0', length: 4, dims: [4], strides: [1] }),
    ],
    [
      'a dtype that ONNX lacks',
      'UNSUPPORTED_CONSTRUCT',
      tensor({ storage: '0', type: 'QUInt4x2Storage', length: 4, dims: [4], strides: [1] }),
    ],
  ])('is refused for %s', (_, code, view) => {
    expect(() => tensorsOf(torchZip(dict(str('w'), view), { 0: f32(0, 1, 2, 3) }))).toThrow(`[${code}]`)
  })

  it('holds a call of os.system as a record', () => {
    const file = load(torchZip(call('os', 'system', str('touch /tmp/owned'))))
    const root: PickleValue | undefined = file.kind === 'saved' ? file.root : undefined
    expect(root).toMatchObject({ kind: 'object', class: { module: 'os', name: 'system' } })
  })
})

describe('a file of torch.save from before 1.6', () => {
  const weights = dict(
    str('a'),
    floats('k0', 2),
    str('b'),
    tensor({ storage: 'k1', type: 'LongStorage', length: 2, dims: [2], strides: [1] }),
  )
  const storages: [string, Uint8Array, number][] = [
    ['k0', f32(1, 2), 4],
    ['k1', new Uint8Array(BigInt64Array.of(3n, 4n).buffer), 8],
  ]

  it('binds the storages that follow the pickles', () => {
    const tensors = tensorsOf(torchLegacy(weights, storages))
    expect([values(tensors.get('a')), values(tensors.get('b'))]).toEqual([
      [1, 2],
      [3n, 4n],
    ])
  })

  it('knows a part of a storage that was saved as a storage of its own', () => {
    const part = call(
      'torch._utils',
      '_rebuild_tensor_v2',
      storageId({ storage: 'k0', length: 4 }, tuple(str('v'), int(2), int(2))),
      int(1),
      tuple(int(1)),
      tuple(int(1)),
      '\x89',
      call('collections', 'OrderedDict'),
    )
    const tensors = tensorsOf(torchLegacy(dict(str('w'), part), [['k0', f32(1, 2, 3, 4), 4]]))
    expect(values(tensors.get('w'))).toEqual([4])
  })

  it('keeps the source text of pickled module classes', () => {
    const id = tuple(str('module'), global('net', 'Net'), str('/home/x/net.py'), str('class Net: pass'))
    const file = load(torchLegacy(join([id, 'Q', ')\x81']), []))
    expect(file.kind === 'saved' && file.legacySources.get('net.Net')).toEqual({
      path: '/home/x/net.py',
      text: 'class Net: pass',
    })
  })

  it('is reported as cut short, or damaged, wherever it ends', () => {
    const whole = torchLegacy(weights, storages)
    for (let length = 40; length < whole.byteLength; length++) {
      expect(() => tensorsOf(whole.subarray(0, length))).toThrow(/\[(TRUNCATED|CORRUPT)_FILE\]/)
    }
  })

  it.each<[string, [string, Uint8Array, number][]]>([
    ['fewer elements than stated', [['k0', f32(1), 4], storages[1] ?? ['', f32(), 4]]],
    ['a storage that nothing refers to', [...storages, ['k9', f32(1), 4]]],
  ])('is refused for %s', (_, damaged) => {
    expect(() => tensorsOf(torchLegacy(weights, damaged))).toThrow('[CORRUPT_FILE]')
  })

  it('is refused for data of an absurd length', () => {
    const bytes = torchLegacy(dict(str('a'), floats('k0', 2)), [['k0', f32(1, 2), 4]])
    bytes.writeBigUInt64LE(2n ** 62n, bytes.byteLength - 16)
    expect(() => load(bytes)).toThrow('[TRUNCATED_FILE]')
  })
})

describe('a tar file of torch.save', () => {
  const int64s = (...numbers: number[]): Buffer => Buffer.concat(numbers.map((n) => u64(BigInt(n))))
  const members = {
    sys_info: pickle(dict(str('little_endian'), '\x88')),
    storages: Buffer.concat([
      pickle('K\x01'),
      pickle(tuple('K\x65', str('cpu'), global('torch', 'FloatStorage'))),
      int64s(6),
      f32(0, 1, 2, 3, 4, 5),
      pickle(list(tuple('K\x66', 'K\x65', 'K\x02', 'K\x04'))),
    ]),
    tensors: Buffer.concat([
      pickle('K\x01'),
      pickle(tuple('K\x67', 'K\x66', global('torch', 'FloatTensor'))),
      int64s(2, 2, 2, 1, 2, 0),
    ]),
    pickle: pickle(dict(str('w'), 'P103\n')),
  }

  it('resolves tensors, storages and parts of storages by number', () => {
    const weight = tensorsOf(writeTar(members)).get('w')
    expect([weight?.dims, values(weight)]).toEqual([
      [2, 2],
      [2, 4, 3, 5],
    ])
  })

  it('is refused for a reference to nothing', () => {
    expect(() => load(writeTar({ ...members, pickle: pickle('P999\n') }))).toThrow('[CORRUPT_FILE]')
  })
})

describe('a safetensors file', () => {
  const header = {
    __metadata__: { format: 'pt' },
    'fc.weight': { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
    'fc.bias': { dtype: 'I64', shape: [], data_offsets: [8, 16] },
  }
  const data = Buffer.concat([f32(1, 2), u64(3n)])

  it('gives tensors as ranges of the file, and its metadata', () => {
    const file = load(writeSafetensors(header, data))
    if (file.kind !== 'safetensors') throw new Error(file.kind)
    expect(values(file.tensors.get('fc.weight'))).toEqual([1, 2])
    expect(values(file.tensors.get('fc.bias'))).toEqual([3n])
    expect(file.metadata.get('format')).toBe('pt')
    expect([...stateDictOfSafetensors(file).tensors.keys()]).toEqual(['fc.weight', 'fc.bias'])
  })

  it('may hold no tensors', () => {
    const file = load(writeSafetensors({}, f32()))
    expect(file.kind === 'safetensors' && stateDictOfSafetensors(file).tensors.size).toBe(0)
  })

  it.each<[string, unknown, Uint8Array]>([
    ['a range beyond the data', { w: { dtype: 'F32', shape: [2], data_offsets: [8, 16] } }, f32(1, 2)],
    [
      'a range that does not fit the shape',
      { w: { dtype: 'F32', shape: [3], data_offsets: [0, 8] } },
      f32(1, 2),
    ],
    ['a gap', { w: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, f32(1, 2)],
    [
      'an overlap',
      {
        a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
        b: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
      },
      f32(1),
    ],
    ['data that no tensor uses', { w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, f32(1, 2)],
    ['a negative dim', { w: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, f32(1)],
    ['no shape', { w: { dtype: 'F32', data_offsets: [0, 4] } }, f32(1)],
    ['an entry that is no object', { w: 3 }, f32()],
    ['a header that is not JSON', '{"w": ', f32()],
  ])('is refused for %s', (_, head, bytes) => {
    expect(() => load(writeSafetensors(head, bytes))).toThrow(/\[(CORRUPT|TRUNCATED)_FILE\]/)
  })

  it('is refused for a dtype that ONNX lacks', () => {
    const head = { w: { dtype: 'F8_E8M0', shape: [1], data_offsets: [0, 1] } }
    expect(() => load(writeSafetensors(head, Uint8Array.of(1)))).toThrow('[UNSUPPORTED_CONSTRUCT]')
  })
})

describe('a form of PyTorch file that is not read', () => {
  const zip = (...names: string[]): Buffer =>
    writeZip(names.map((name) => ({ name, data: name === 'x/archive_format' ? 'pt2' : '{}' })))

  it.each<[string, string, Uint8Array]>([
    ['UNSUPPORTED_FORMAT', 'compiled code', zip('x/archive_format', 'x/data/aotinductor/model/model.so')],
    ['UNSUPPORTED_FORMAT', 'torch.package', zip('x/.data/extern_modules', 'x/net.py')],
    ['UNSUPPORTED_FORMAT', 'before PyTorch 1.4', zip('x/model.json', 'x/tensors/0', 'x/code/net.py')],
    ['UNSUPPORTED_FORMAT', 'ExecuTorch', raw('\x18\0\0\0ET12\0\0\0\0')],
    ['UNSUPPORTED_FORMAT', 'FlatBuffer', raw('\x18\0\0\0PTMF\0\0\0\0')],
  ])('is refused with %s and named: %s', (code, name, bytes) => {
    expect(() => load(bytes)).toThrow(new RegExp(`\\[${code}\\] net.pth is .*${name}.*torch.jit`))
  })

  it('is told from a file that is not of PyTorch', () => {
    expect(() => load(raw('hello, world, hello'))).toThrow(
      '[UNKNOWN_FORMAT] net.pth is not a file of PyTorch',
    )
  })
})
