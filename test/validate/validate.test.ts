import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine/index.ts'
import { createBuilder, Model, symbol, tensorOf, tensorType } from '../../src/graph/index.ts'
import { joinChunks, writeModel } from '../../src/graph/onnx/index.ts'
import { budgetFor, type Recording, samplesFor, validate } from '../../src/validate/index.ts'

const engine = createEngine()
const bytesOf = (model: Model) => ({ bytes: joinChunks(writeModel(model).model) })

/** y = relu(factor · x), classes = argmax. */
function scaled(factor: number): Model {
  const model = new Model()
  const x = model.graph.addInput('x', tensorType('float32', [symbol('N'), 4]))
  const b = createBuilder(model)
  const y = b.relu(b.mul(x, b.scalar('float32', factor)))
  model.graph.addOutput('y', y)
  model.graph.addOutput('class', b.argMax(y, { axis: 1, keepdims: 0 }))
  return model
}

const X = tensorOf('float32', [2, 4], [1, 2, -3, 4, 0, 1, 8, -1])
const recording = (y: readonly number[], classes: readonly number[]): Recording => ({
  label: 'net.samples.npz',
  arrays: new Map([
    ['x', X],
    ['output:y', tensorOf('float32', [2, 4], y)],
    ['output:class', tensorOf('int64', [2], classes)],
  ]),
})
const RELU = [1, 2, 0, 4, 0, 1, 8, 0]

describe('validation', () => {
  it('runs a candidate beside its reference and reports each output', async () => {
    const { samples } = samplesFor(scaled(1), [], { count: 2 })
    const report = await validate({
      engine,
      reference: bytesOf(scaled(1)),
      candidate: bytesOf(scaled(1.01)),
      samples,
      budget: budgetFor('int8'),
    })
    expect(report.reference).toBe(
      `the float model in onnxruntime-web ${engine.version}, on seeded 1, seeded 2`,
    )
    expect(report.passed).toBe(true)
    expect(report.notes).toEqual([])
    expect(report.outputs).toEqual([
      {
        name: 'y',
        maxAbs: expect.any(Number),
        sqnrDb: expect.closeTo(40, 3),
        cosine: expect.closeTo(1, 9),
        agreement: 1,
      },
      { name: 'class', maxAbs: 0, sqnrDb: null, cosine: expect.closeTo(1, 9), agreement: 1 },
    ])
  })

  it('says what is over budget', async () => {
    const { samples } = samplesFor(scaled(1), [], { count: 1 })
    const report = await validate({
      engine,
      reference: bytesOf(scaled(1)),
      candidate: bytesOf(scaled(1.2)),
      samples,
      budget: budgetFor('int8'),
    })
    expect(report.passed).toBe(false)
    expect(report.notes).toEqual(['y has 14.0 dB where at least 20 dB are asked for'])
  })

  it('holds a conversion to what the framework recorded', async () => {
    const { samples } = samplesFor(scaled(1), [recording(RELU, [3, 2])])
    const report = await validate({
      engine,
      reference: 'recorded',
      candidate: bytesOf(scaled(1)),
      samples,
      budget: budgetFor('conversion'),
    })
    expect(report).toMatchObject({
      reference: 'recorded framework outputs, on recorded net.samples.npz',
      passed: true,
      outputs: [
        { name: 'y', maxAbs: 0, sqnrDb: null },
        { name: 'class', agreement: 1 },
      ],
    })
  })

  it('finds a conversion that is off by more than 1e-4 of an output, and a class that differs', async () => {
    const off = RELU.map((value, index) => (index === 1 ? value + 0.002 : value))
    const { samples } = samplesFor(scaled(1), [recording(off, [3, 1])])
    const { passed, notes } = await validate({
      engine,
      reference: 'recorded',
      candidate: bytesOf(scaled(1)),
      samples,
      budget: budgetFor('conversion'),
    })
    expect(passed).toBe(false)
    expect(notes).toEqual([
      'y differs by up to 0.00200, more than 0.0001 of its largest value 8.00',
      'class is equal in 50.0 % of its elements where 100 % are asked for',
    ])
  })

  it('fails on NaN that the reference does not have, and reports it as null', async () => {
    const { samples } = samplesFor(scaled(1), [recording(RELU, [3, 2])])
    const report = await validate({
      engine,
      reference: 'recorded',
      candidate: bytesOf(scaled(Number.POSITIVE_INFINITY)),
      samples,
      budget: budgetFor('int8'),
    })
    expect(report.passed).toBe(false)
    expect(report.outputs[0]).toMatchObject({ maxAbs: null, sqnrDb: null, cosine: 0 })
    expect(report.notes[0]).toBe('y is NaN or infinite where its reference is not, or the other way round')
  })

  it('refuses outputs of another shape', async () => {
    const { samples } = samplesFor(scaled(1), [
      {
        label: 's.npz',
        arrays: new Map([
          ['x', X],
          ['output:y', tensorOf('float32', [8], RELU)],
        ]),
      },
    ])
    await expect(
      validate({
        engine,
        reference: 'recorded',
        candidate: bytesOf(scaled(1)),
        samples,
        budget: budgetFor('conversion'),
      }),
    ).rejects.toThrow('[OVER_BUDGET] Output y is float32[2,4], and its reference float32[8]')
  })
})
