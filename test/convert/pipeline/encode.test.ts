import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { encode } from '../../../src/convert/pipeline/encode.ts'
import { createBuilder, Model, tensorOf, tensorType } from '../../../src/graph/index.ts'
import { joinChunks } from '../../../src/graph/onnx/index.ts'

function modelOf(value: number): Model {
  const model = new Model()
  const b = createBuilder(model)
  const x = model.graph.addInput('x', tensorType('float32', [400]))
  model.graph.addOutput('y', b.add(x, b.constant(tensorOf('float32', [400], new Array(400).fill(value)))))
  return model
}

it('a data file is named by its bytes, and the model refers to it by that name', () => {
  const { model, data } = encode(modelOf(1), 'net', 0)
  if (!data) throw new Error('no data file')
  const digest = createHash('sha256').update(joinChunks(data)).digest('hex')
  expect(data.name).toBe(`net-${digest.slice(0, 16)}.onnx.data`)
  expect(Buffer.from(joinChunks(model)).includes(data.name)).toBe(true)
  expect(encode(modelOf(1), 'net', 0).data?.name).toBe(data.name)
  expect(encode(modelOf(2), 'net', 0).data?.name).not.toBe(data.name)
})

it('a model that fits into one file has no data file', () => {
  expect(encode(modelOf(1), 'net').data).toBeUndefined()
})
