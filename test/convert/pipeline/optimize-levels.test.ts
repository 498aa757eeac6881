import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { convert } from '../../../src/convert/index.ts'
import { createEngine, type EngineTensor } from '../../../src/engine/index.ts'
import { MemorySource, type Model, readModel } from '../../../src/graph/index.ts'
import { int, ints, onnxBytes, raw, type TensorSpec } from '../../graph/onnx/onnx-file.ts'
import { seededFloats } from '../../support/run-model.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let root: string

beforeEach(() => {
  root = temporaryFolder()
})

const weight = (name: string, dims: readonly number[], seed: number): TensorSpec => {
  const data = seededFloats(
    dims.reduce((a, b) => a * b, 1),
    seed,
  ).map((value) => (dims.length === 1 ? Math.abs(value) + 0.5 : value))
  return { name, dims, data: raw(new Uint8Array(data.buffer)) }
}

/** Of opset 9: a convolution and its normalisation, computed twice, an Identity, and a node that nobody reads. */
const file = onnxBytes({
  opset: 9,
  inputs: [{ name: 'x', dims: ['N', 3, 6, 6] }],
  initializers: [
    weight('w', [4, 3, 3, 3], 1),
    ...['scale', 'bias', 'mean', 'variance'].map((name, index) => weight(name, [4], index + 2)),
  ],
  nodes: [
    { op: 'Conv', inputs: ['x', 'w'], outputs: ['conv'], attributes: { kernel_shape: ints(3, 3) } },
    {
      op: 'BatchNormalization',
      inputs: ['conv', 'scale', 'bias', 'mean', 'variance'],
      outputs: ['norm'],
    },
    { op: 'Identity', inputs: ['norm'], outputs: ['same'] },
    { op: 'Exp', inputs: ['same'], outputs: ['once'] },
    { op: 'Exp', inputs: ['norm'], outputs: ['twice'] },
    { op: 'Neg', inputs: ['x'], outputs: ['unread'] },
    { op: 'ReduceSum', inputs: ['once'], outputs: ['sum'], attributes: { axes: ints(1), keepdims: int(1) } },
    { op: 'Mul', inputs: ['twice', 'sum'], outputs: ['y'] },
  ],
  outputs: [{ name: 'y', dims: ['N', 4, 4, 4] }],
})

async function converted(level: string): Promise<{ readonly bytes: Uint8Array; readonly model: Model }> {
  writeFileSync(join(root, 'net.onnx'), file)
  const { assets } = await convert({
    file: join(root, 'net.onnx'),
    query: `optimize=${level}`,
    root,
    cacheDir: join(root, 'cache'),
  })
  const bytes = readFileSync(assets[0]?.path ?? '')
  return { bytes, model: readModel(new MemorySource(bytes, 'net.onnx')) }
}

const operators = ({ graph }: Model): string[] => [...graph.nodes()].map(({ op }) => op)

async function resultOf(bytes: Uint8Array): Promise<EngineTensor | undefined> {
  const session = await createEngine().session({ bytes }, { optimize: 'disabled' })
  const x = { dtype: 'float32', dims: [2, 3, 6, 6], data: seededFloats(216, 9) } as const
  try {
    return (await session.run(new Map([['x', x]]))).get('y')
  } finally {
    await session.release()
  }
}

describe('optimize', () => {
  test('none leaves every node that was read, at the opset of what we write', async () => {
    const { model } = await converted('none')
    const left = ['Conv', 'BatchNormalization', 'Identity', 'Exp', 'Exp', 'Neg', 'ReduceSum', 'Mul']
    expect(operators(model)).toEqual(left)
    const sum = [...model.graph.nodes()].find(({ op }) => op === 'ReduceSum')
    expect(sum?.inputs).toHaveLength(2)
  })

  test('basic takes out what is in vain or twice, and changes no bit of a result', async () => {
    const [none, basic] = [await converted('none'), await converted('basic')]
    expect(operators(basic.model)).toEqual(['Conv', 'BatchNormalization', 'Exp', 'ReduceSum', 'Mul'])
    expect((await resultOf(basic.bytes))?.data).toEqual((await resultOf(none.bytes))?.data)
  })

  test('all fuses too, and stays within rounding', async () => {
    const [none, all] = [await converted('none'), await converted('all')]
    expect(operators(all.model)).toEqual(['Conv', 'Exp', 'ReduceSum', 'Mul'])
    const [wanted, given] = [await resultOf(none.bytes), await resultOf(all.bytes)]
    const numbers = Array.from<number | bigint | string, number>(wanted?.data ?? [], Number)
    const errors = numbers.map((value, at) => Math.abs(Number(given?.data[at]) / value - 1))
    expect(Math.max(...errors)).toBeLessThan(1e-5)
  })
})
