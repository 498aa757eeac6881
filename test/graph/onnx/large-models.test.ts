import { describe, expect, it } from 'vitest'
import {
  adaptModel,
  type ByteSource,
  joinChunks,
  MemorySource,
  type Model,
  readModel,
  readSnapshot,
  SlicedSource,
  type Tensor,
  tensorChunks,
  verify,
  writeModel,
  writeSnapshot,
} from '../../../src/graph/index.ts'
import { rewrite } from '../../../src/rewrite/index.ts'
import { external, type FileSpec, ints, onnxBytes } from './onnx-file.ts'

const GIB = 2 ** 30

/** A file that says it is large and makes its bytes up: each is its offset's own, in units of 16 MiB. */
class VastFile implements ByteSource {
  readonly name = 'weights.bin'
  readonly size: number
  readonly reads: { readonly offset: number; readonly length: number }[] = []
  readonly origin = { path: 'weights.bin', offset: 0 }

  constructor(size: number) {
    this.size = size
  }

  read(offset: number, length: number): Uint8Array {
    this.reads.push({ offset, length })
    // Pages of zeros that are never touched cost nothing.
    const bytes = new Uint8Array(length)
    bytes[0] = offset / 2 ** 24
    return bytes
  }

  slice(offset: number, length: number, name?: string): ByteSource {
    return new SlicedSource(this, offset, length, name)
  }

  sibling(): ByteSource {
    return this
  }
}

/** A model file whose sibling is vast. */
class ModelBeside extends MemorySource {
  readonly #file: ByteSource

  constructor(spec: FileSpec, file: ByteSource) {
    super(onnxBytes(spec), 'net.onnx')
    this.#file = file
  }

  override sibling(): ByteSource {
    return this.#file
  }
}

const ROWS = (6 * GIB) / 4096

/** A table of 6 GiB behind 5 GiB of something else, read by rows. */
const TABLE: FileSpec = {
  inputs: [{ name: 'ids', type: 7, dims: [2] }],
  initializers: [
    {
      name: 'w',
      dims: [ROWS, 1024],
      data: external({ location: 'weights.bin', offset: String(5 * GIB), length: String(6 * GIB) }),
    },
  ],
  nodes: [{ op: 'Gather', inputs: ['w', 'ids'], outputs: ['y'] }],
  outputs: [{ name: 'y' }],
}

function converted(spec: FileSpec, file: ByteSource): Model {
  const model = readModel(new ModelBeside(spec, file))
  adaptModel(model)
  rewrite(model, { level: 'all' })
  verify(model, { inference: true })
  return model
}

const longest = ({ reads }: VastFile): number => reads.reduce((most, { length }) => Math.max(most, length), 0)

const onlyTensor = (model: Model): Tensor => {
  const [value] = model.graph.initializers
  if (!value?.tensor) throw new Error('no constant')
  return value.tensor
}

describe('weights larger than any buffer', () => {
  it('stay in their file while the model is read and rewritten', () => {
    const file = new VastFile(11 * GIB)
    const model = converted(TABLE, file)
    expect(onlyTensor(model).source?.origin).toEqual({ path: 'weights.bin', offset: 5 * GIB })
    expect(file.reads.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(2 ** 14)
  })

  it('are written beside the model in pieces, in order', () => {
    const file = new VastFile(11 * GIB)
    const { model, data } = writeModel(converted(TABLE, file))
    expect(model.size).toBeLessThan(1000)
    expect(data?.size).toBe(6 * GIB)
    file.reads.length = 0
    let first = true
    for (const chunk of data?.chunks() ?? []) {
      expect(chunk.byteLength).toBe(2 ** 26)
      if (first) expect(chunk[0]).toBe((5 * GIB) / 2 ** 24 - 256)
      first = false
      if (file.reads.length === 3) break
    }
    expect(file.reads.map(({ offset }) => offset)).toEqual([0, 1, 2].map((at) => 5 * GIB + at * 2 ** 26))
    expect(longest(file)).toBe(2 ** 26)
  })

  it('are referred to by a snapshot', () => {
    const file = new VastFile(11 * GIB)
    const snapshot = writeSnapshot(converted(TABLE, file))
    expect(snapshot.size).toBeLessThan(10_000)
    const again = readSnapshot(joinChunks(snapshot), () => file)
    expect(onlyTensor(again).source?.origin).toEqual({ path: 'weights.bin', offset: 5 * GIB })
  })

  it('are transposed in pieces, for which no more is read at a time than lies in a span of rows', () => {
    const file = new VastFile(11 * GIB)
    const model = converted(
      {
        ...TABLE,
        inputs: [{ name: 'x', dims: [1, 1024] }],
        nodes: [
          { op: 'Transpose', inputs: ['w'], outputs: ['t'], attributes: { perm: ints(1, 0) } },
          { op: 'MatMul', inputs: ['x', 't'], outputs: ['y'] },
        ],
      },
      file,
    )
    const tensor = onlyTensor(model)
    expect(tensor.dims).toEqual([1024, ROWS])
    expect([...model.graph.nodes()].map(({ op }) => op)).toEqual(['MatMul'])
    file.reads.length = 0
    tensor.part(0, 2 ** 20)
    expect(longest(file)).toBeLessThanOrEqual(2 ** 24)
  })

  it('are cut into pieces of which none is larger than half a GiB', () => {
    const dims = [3 * GIB]
    const lengths: number[] = []
    const tensor: Tensor = {
      dtype: 'uint8',
      dims,
      source: undefined,
      bytes: () => {
        throw new Error('the whole is asked for')
      },
      part: (_, length) => {
        lengths.push(length)
        return new Uint8Array(0)
      },
    }
    for (const _ of tensorChunks(tensor)) expect(lengths.at(-1)).toBeLessThanOrEqual(GIB / 2)
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(3 * GIB)
  })
})
