import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { engineError } from '../../src/engine/failure.ts'
import { createEngine, type EngineTensor, engineTensor } from '../../src/engine/index.ts'
import {
  createBuilder,
  DTYPES,
  type DType,
  Model,
  symbol,
  tensorOf,
  tensorType,
} from '../../src/graph/index.ts'
import { joinChunks, writeModel } from '../../src/graph/onnx/index.ts'

const engine = createEngine()

function reluModel(): Model {
  const model = new Model()
  const x = model.graph.addInput('x', tensorType('float32', [symbol('N'), 3]))
  model.graph.addOutput('y', createBuilder(model).relu(x, { name: 'relu1' }))
  return model
}

const bytesOf = (model: Model): Uint8Array => joinChunks(writeModel(model).model)

const row = (...values: number[]): EngineTensor => ({
  dtype: 'float32',
  dims: [1, values.length],
  data: Float32Array.from(values),
})

describe('the build-time engine', () => {
  afterEach(() => vi.restoreAllMocks())

  it('runs a model and says what goes in and out', async () => {
    const session = await engine.session({ bytes: bytesOf(reluModel()) })
    expect(session.inputs).toEqual([{ name: 'x', dtype: 'float32', dims: ['N', 3] }])
    expect(session.outputs).toEqual([{ name: 'y', dtype: 'float32', dims: ['N', 3] }])
    const outputs = await session.run(new Map([['x', row(-1, 0, 2)]]))
    expect([...outputs]).toEqual([['y', row(0, 0, 2)]])
    await session.release()
  })

  it('takes a model with its tensors in a file beside it', async () => {
    const model = new Model()
    const b = createBuilder(model)
    const x = model.graph.addInput('x', tensorType('float32', [1, 300]))
    const weights = tensorOf('float32', [300], new Float32Array(300).fill(2))
    model.graph.addOutput('y', b.add(x, b.constant(weights, 'w')))
    const written = writeModel(model, { externalData: { above: 0 } })
    if (!written.data) throw new Error('no external data')
    const session = await engine.session({
      bytes: joinChunks(written.model),
      externalData: [{ path: written.data.name, data: joinChunks(written.data) }],
    })
    const y = (await session.run(new Map([['x', row(...new Float32Array(300).fill(1))]]))).get('y')
    expect(new Set(y?.data as Float32Array)).toEqual(new Set([3]))
    await session.release()
  })

  it('records the kernels that ran, without a word on stdout', async () => {
    const print = vi.spyOn(process.stdout, 'write')
    const session = await engine.session({ bytes: bytesOf(reluModel()) }, { profile: true })
    await session.run(new Map([['x', row(1, 2, 3)]]))
    await session.run(new Map([['x', row(1, 2, 3)]]))
    const kernels = session.kernels()
    expect(kernels.map(({ op, node, provider }) => [op, node, provider])).toEqual([
      ['Relu', 'relu1', 'CPUExecutionProvider'],
      ['Relu', 'relu1', 'CPUExecutionProvider'],
    ])
    expect(kernels.every(({ microseconds }) => microseconds >= 0)).toBe(true)
    expect(print).not.toHaveBeenCalled()
    expect(() => session.kernels()).toThrow('The session was opened without profile: true')
    await session.release()
  })

  it.each([
    ['float32', [0.5, -2]],
    ['float64', [0.5, -2]],
    ['float16', [0x3800, 0xc000]],
    ['int8', [-128, 127]],
    ['uint8', [0, 255]],
    ['int16', [-32768, 32767]],
    ['uint16', [0, 65535]],
    ['int32', [-(2 ** 31), 5]],
    ['uint32', [2 ** 32 - 1, 5]],
    ['int64', [-(2n ** 63n), 5n]],
    ['uint64', [2n ** 64n - 1n, 5n]],
    ['bool', [0, 1]],
  ] as const)('passes %s in and out unchanged', async (dtype, values) => {
    const tensor = tensorOf(dtype, [2], values)
    const outputs = await identityOf(dtype, engineTensor(dtype, [2], tensor.bytes()))
    expect(outputs).toEqual(engineTensor(dtype, [2], tensor.bytes()))
  })

  it('passes strings in and out unchanged', async () => {
    const texts: EngineTensor = { dtype: 'string', dims: [2], data: ['é', ''] }
    expect(await identityOf('string', texts)).toEqual(texts)
  })

  it('gives the same result each time', async () => {
    const run = async (): Promise<unknown> => {
      const session = await engine.session({ bytes: bytesOf(reluModel()) })
      const outputs = await session.run(new Map([['x', row(0.1, 0.2, 0.3)]]))
      await session.release()
      return outputs
    }
    expect(await run()).toEqual(await run())
  })
})

describe('what the engine refuses', () => {
  it('names the node of a model that does not load', async () => {
    const model = new Model()
    const x = model.graph.addInput('x', tensorType('float32', [2]))
    const node = model.graph.append({
      op: 'NoSuchOperator',
      name: 'strange',
      inputs: [x],
      outputs: [{ type: tensorType('float32', [2]) }],
    })
    model.graph.addOutput('y', node.output)
    await expect(engine.session({ bytes: bytesOf(model) })).rejects.toThrow(
      'onnxruntime-web cannot load the model (node NoSuchOperator). No Op registered for NoSuchOperator',
    )
  })

  it('names the node that fails to run', async () => {
    const model = new Model()
    const a = model.graph.addInput('a', tensorType('float32', [symbol('N'), symbol('K')]))
    const b = model.graph.addInput('b', tensorType('float32', [symbol('L'), symbol('M')]))
    model.graph.addOutput('y', createBuilder(model).matMul(a, b, { name: 'product7' }))
    const session = await engine.session({ bytes: bytesOf(model) })
    const feeds = new Map([
      ['a', row(1, 2, 3)],
      ['b', row(1, 2)],
    ])
    await expect(session.run(feeds)).rejects.toThrow(
      /^\[ENGINE_FAILED\] onnxruntime-web cannot run the model \(node MatMul product7\)\. .*dimension mismatch/,
    )
    await session.release()
  })

  it.each([
    [
      'failed to call OrtRun(). ERROR_CODE: 1, ERROR_MESSAGE: /build/1/s/onnxruntime/core/providers/cpu/tensor/reshape_helper.h:93 onnxruntime::ReshapeHelper::ReshapeHelper(const TensorShape &, TensorShapeVector &, bool) input_shape_size == requested_shape_size was false. The input tensor cannot be reshaped to the requested shape. Input shape:{2}, requested shape:{7}\n',
      'The input tensor cannot be reshaped to the requested shape. Input shape:{2}, requested shape:{7}.',
    ],
    [
      'ERROR_CODE: 1, ERROR_MESSAGE: /build/onnxruntime/core/framework/op_kernel.cc:83 virtual OrtValue *onnxruntime::OpKernelContext::OutputMLValue(int, const TensorShape &) const status.IsOK() was false.',
      'status.IsOK() was false.',
    ],
    [
      "ERROR_MESSAGE: Non-zero status code returned while running Concat node. Name:'c' Status Message: concatbase.h:136 PrepareForComputeImpl Non concat axis dimensions must match",
      'Non concat axis dimensions must match.',
    ],
  ])('leaves the places of its C++ sources out: %s', (raw, told) => {
    expect(engineError('run the model', new Error(raw)).message).toMatch(
      /^\[ENGINE_FAILED\] onnxruntime-web cannot run the model(?: \(node Concat c\))?\. /,
    )
    expect(engineError('run the model', new Error(raw)).message.endsWith(`. ${told}`)).toBe(true)
    expect(engineError('run the model', new Error(raw)).message).not.toMatch(/\.(?:cc|h):\d/)
  })

  it.each([
    "Could not find an implementation for Erf(13) node with name 'erf'",
    "Non-zero status code returned while running GRU node. Name:'gru' Status Message: GRU operator does not support double yet",
  ])('says of a kernel that is missing what to do: %s', (raw) => {
    expect(engineError('load the model', new Error(raw)).message).toContain('make the model in float32')
  })

  it('refuses bytes that are no model', async () => {
    await expect(engine.session({ bytes: new Uint8Array(100).fill(7) })).rejects.toThrow(
      '[ENGINE_FAILED] onnxruntime-web cannot load the model',
    )
  })

  it('refuses data that does not fill its dims', async () => {
    const session = await engine.session({ bytes: bytesOf(reluModel()) })
    const short: EngineTensor = { dtype: 'float32', dims: [2, 3], data: new Float32Array(3) }
    await expect(session.run(new Map([['x', short]]))).rejects.toThrow('dims [2,3] do not hold 3 elements')
    await session.release()
  })

  it('finds its own onnxruntime-web where the user has none, and reports its version', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'no-runtime-'))
    try {
      expect(createEngine({ root: empty }).version).toMatch(/^1\.\d+\.\d+/)
    } finally {
      await rm(empty, { recursive: true })
    }
  })
})

async function identityOf(dtype: DType, tensor: EngineTensor): Promise<EngineTensor | undefined> {
  expect(dtype in DTYPES).toBe(true)
  const model = new Model()
  const x = model.graph.addInput('x', tensorType(dtype, [2]))
  model.graph.addOutput('y', createBuilder(model).identity(x))
  const session = await engine.session({ bytes: bytesOf(model) })
  const outputs = await session.run(new Map([['x', tensor]]))
  await session.release()
  return outputs.get('y')
}
