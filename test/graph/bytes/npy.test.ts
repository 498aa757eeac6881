import { describe, expect, it } from 'vitest'
import { MemorySource } from '../../../src/graph/bytes/index.ts'
import { readNpy } from '../../../src/graph/bytes/npy.ts'
import { readNpz } from '../../../src/graph/bytes/npz.ts'
import { tensorData } from '../../../src/graph/tensor.ts'
import { writeZip } from './zip-writer.ts'

/** A .npy file with the given header text. */
function npy(header: string, data: Uint8Array, version = 1): Buffer {
  const head = Buffer.from(`${header}\n`, 'latin1')
  const length = Buffer.alloc(version === 1 ? 2 : 4)
  length.writeUIntLE(head.byteLength, 0, length.byteLength)
  return Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), Buffer.of(version, 0), length, head, data])
}

const header = (descr: string, shape: string, fortran = false): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`

const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

const read = (file: Uint8Array) => readNpy(new MemorySource(file, 'x.npy'))

describe('readNpy', () => {
  it.each<[string, string, ArrayBufferView]>([
    ['<f4', 'float32', Float32Array.of(1.5, -2)],
    ['<f8', 'float64', Float64Array.of(1.5, -2)],
    ['<f2', 'float16', Uint16Array.of(0x3c00, 0xc000)],
    ['|i1', 'int8', Int8Array.of(1, -2)],
    ['<i2', 'int16', Int16Array.of(1, -2)],
    ['<i4', 'int32', Int32Array.of(1, -2)],
    ['<i8', 'int64', BigInt64Array.of(1n, -2n)],
    ['|u1', 'uint8', Uint8Array.of(1, 254)],
    ['<u2', 'uint16', Uint16Array.of(1, 65535)],
    ['<u4', 'uint32', Uint32Array.of(1, 4294967295)],
    ['<u8', 'uint64', BigUint64Array.of(1n, 2n ** 64n - 1n)],
    ['|b1', 'bool', Uint8Array.of(1, 0)],
  ])('reads %s as %s', (descr, dtype, data) => {
    const tensor = read(npy(header(descr, '(2,)'), bytesOf(data)))
    expect(tensor.dtype).toBe(dtype)
    expect(tensor.dims).toEqual([2])
    expect(bytesOf(tensorData(tensor))).toEqual(bytesOf(data))
  })

  it.each([1, 2, 3])('reads version %i.0', (version) => {
    expect(read(npy(header('<f4', '(1, 2)'), new Uint8Array(8), version)).dims).toEqual([1, 2])
  })

  it.each([
    ['a scalar', '()', []],
    ['one dim', '(3,)', [3]],
    ['Python 2 longs', '(3L, 1L)', [3, 1]],
    ['no elements', '(0, 5)', [0, 5]],
  ])('reads the shape of %s', (_, shape, dims) => {
    const count = dims.reduce((product, dim) => product * dim, 1)
    expect(read(npy(header('<f4', shape), new Uint8Array(4 * count))).dims).toEqual(dims)
  })

  it('leaves an array of the usual order in the file', () => {
    const source = new MemorySource(npy(header('<f4', '(2,)'), new Uint8Array(8)))
    expect(readNpy(source).source?.size).toBe(8)
  })

  it('brings Fortran order into C order', () => {
    const tensor = read(npy(header('<f4', '(2, 3)', true), bytesOf(Float32Array.of(0, 3, 1, 4, 2, 5))))
    expect([...tensorData(tensor)]).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('brings big-endian numbers into little-endian order, in either layout', () => {
    const data = Buffer.alloc(12)
    for (const [i, value] of [1, 3, 5, 2, 4, 6].entries()) data.writeInt16BE(value, i * 2)
    const tensor = read(npy(header('>i2', '(3, 2)', true), data))
    expect([...tensorData(tensor)]).toEqual([1, 2, 3, 4, 5, 6])
  })

  it.each([
    ['objects', header('|O', '(2,)'), 'UNSUPPORTED_FORMAT'],
    ['strings', header('<U5', '(2,)'), 'UNSUPPORTED_FORMAT'],
    ['a negative dim', header('<f4', '(-1,)'), 'CORRUPT_FILE'],
    ['a call for a shape', header('<f4', '(__import__("os").system("x"),)'), 'CORRUPT_FILE'],
    ['more data than there is', header('<f4', '(3,)'), 'TRUNCATED_FILE'],
    ['more data than can be', header('<f4', '(999999999999999, 999999999999999)'), 'TRUNCATED_FILE'],
    ['a header without a shape', "{'descr': '<f4', 'fortran_order': False}", 'CORRUPT_FILE'],
    ['a header that is no dict', 'hello', 'CORRUPT_FILE'],
  ])('refuses %s', (_, head, code) => {
    expect(() => read(npy(head, new Uint8Array(8)))).toThrow(`[${code}]`)
  })

  it('refuses what is no array', () => {
    expect(() => read(Buffer.from('hello, world'))).toThrow('[UNKNOWN_FORMAT] x.npy is not a NumPy array')
  })
})

describe('readNpz', () => {
  it.each([false, true])('reads the arrays of an archive, deflated: %s', (deflate) => {
    const data = npy(header('<i4', '(2,)'), bytesOf(Int32Array.of(7, 9)))
    const arrays = readNpz(new MemorySource(writeZip([{ name: 'x.npy', data, deflate }])))
    const tensor = arrays.get('x')?.read()
    expect(tensor && [...tensorData(tensor)]).toEqual([7, 9])
  })
})
