import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readAll, readZip } from '../../../src/graph/bytes/index.ts'
import {
  adaptModel,
  CANONICAL_OPSET,
  joinChunks,
  MemorySource,
  Model,
  readModel,
  type Tensor,
  type ValueType,
  verify,
  writeModel,
} from '../../../src/graph/index.ts'
import { decodeTensor } from '../../../src/graph/onnx/proto/decode-tensor.ts'
import { ReadContext } from '../../../src/graph/onnx/read/context.ts'
import { readTensor } from '../../../src/graph/onnx/read/tensor.ts'
import { ProtoMessage } from '../../../src/graph/onnx/wire/message.ts'
import { difference, run, runtimeTensor } from './runtime.ts'

const path = new URL('../../../fixtures/onnx-node/cases.zip', import.meta.url)
const entries = readZip(new MemorySource(readFileSync(path), 'cases.zip'))
const names = [...new Set([...entries.keys()].map((key) => key.slice(0, key.indexOf('/'))))]

const bytesOf = (name: string): Uint8Array | undefined => {
  const entry = entries.get(name)
  return entry && readAll(entry.open())
}

/** Recorded tensors of a case: `input` 0, 1, … */
function recorded(name: string, kind: 'input' | 'output'): Tensor[] {
  const found: Tensor[] = []
  for (let index = 0; ; index++) {
    const bytes = bytesOf(`${name}/${kind}_${index}.pb`)
    if (!bytes) return found
    const source = new MemorySource(bytes, name)
    found.push(readTensor(new ReadContext(source, new Model()), decodeTensor(ProtoMessage.of(source))))
  }
}

/** Sizes are those of the result, where they are numbers. */
function expectFits(type: ValueType | undefined, { dtype, dims }: Tensor): void {
  if (type?.kind !== 'tensor') throw new Error('the output is not typed as a tensor')
  expect(type.dtype).toBe(dtype)
  expect(type.dims?.map((dim, axis) => (typeof dim === 'number' ? dim : dims[axis]))).toEqual(
    type.dims && dims,
  )
}

describe('single-operator models of every opset', () => {
  it.each(names)('%s', async (name) => {
    const model = readModel(new MemorySource(bytesOf(`${name}/model.onnx`) ?? new Uint8Array(), name))
    const inputs = recorded(name, 'input').map(
      (tensor, index) => [model.graph.inputs[index]?.name ?? '', runtimeTensor(tensor)] as const,
    )
    const outputs = recorded(name, 'output')
    adaptModel(model)
    verify(model, { inference: true })
    model.graph.outputs.forEach(({ value }, index) => {
      const want = outputs[index]
      if (want) expectFits(value.type, want)
    })

    const bytes = joinChunks(writeModel(model).model)
    expect(readModel(new MemorySource(bytes)).opsets.get('')).toBe(CANONICAL_OPSET)
    const results = await run(bytes, new Map(inputs))
    for (const [index, want] of outputs.entries()) {
      const got = results.get(model.graph.outputs[index]?.name ?? '')
      expect(got && difference(got, runtimeTensor(want), 1e-3)).toBeUndefined()
    }
  })
})
