import { describe, expect, it } from 'vitest'
import {
  createBuilder,
  float16ToNumber,
  Model,
  mul,
  symbol,
  tensorOf,
  tensorType,
} from '../../src/graph/index.ts'
import { samplesFor } from '../../src/validate/index.ts'
import { messageOf } from '../message-of.ts'

function textModel(): Model {
  const model = new Model()
  const length = model.dynamicDim('L', { min: 1, max: 512, hint: 7 })
  const ids = model.graph.addInput('ids', tensorType('int64', [symbol('N'), length]))
  const mask = model.graph.addInput('mask', tensorType('int64', [symbol('N'), length]))
  const b = createBuilder(model)
  const table = b.constant(tensorOf('float32', [11, 4], new Float32Array(44)))
  const embedded = b.gather(table, b.cast(b.unsqueeze(ids, b.int64s([0])), { to: 6 }))
  model.graph.addOutput('y', b.mul(embedded, b.cast(b.unsqueeze(mask, b.int64s([2])), { to: 1 })))
  return model
}

describe('seeded samples', () => {
  it('bind dynamic dims to their hints and keep ids below the table they index', () => {
    const { samples, notes } = samplesFor(textModel(), [], { count: 3 })
    expect(samples.map(({ label }) => label)).toEqual(['seeded 1', 'seeded 2', 'seeded 3'])
    for (const { inputs } of samples) {
      const ids = inputs.get('ids')
      expect(ids).toMatchObject({ dtype: 'int64', dims: [2, 7] })
      const values = Array.from(ids?.data ?? [], Number)
      expect(Math.max(...values)).toBeLessThan(11)
      expect(new Set(values).size).toBeGreaterThan(3)
      expect(new Set(Array.from(inputs.get('mask')?.data ?? [], Number))).toEqual(new Set([1]))
    }
    expect(notes).toEqual([
      'No recorded samples: 3 seeded ones (ids: ids below 11; mask: ones), with L=7, N=2',
    ])
  })

  it('are the same each time, and differ between seeds', () => {
    const ids = (seed: number) =>
      samplesFor(textModel(), [], { seed, count: 1 }).samples[0]?.inputs.get('ids')?.data
    expect(ids(5)).toEqual(ids(5))
    expect(ids(5)).not.toEqual(ids(6))
  })

  it.each([
    ['an image', [1, 3, 8, 8], 'uniform in 0..1', 0, 1],
    ['an image with channels last', [1, 8, 8, 3], 'uniform in 0..1', 0, 1],
    ['features', [4, 50], 'N(0, 1)', -6, 6],
  ])('fill %s with plausible floats', (_, dims, text, low, high) => {
    const model = new Model()
    const x = model.graph.addInput('x', tensorType('float32', dims))
    model.graph.addOutput('y', createBuilder(model).relu(x))
    const { samples, notes } = samplesFor(model, [], { count: 1 })
    const values = Array.from(samples[0]?.inputs.get('x')?.data ?? [], Number)
    expect(values).toHaveLength(dims.reduce((a, b) => a * b))
    expect(Math.min(...values)).toBeGreaterThanOrEqual(low)
    expect(Math.max(...values)).toBeLessThanOrEqual(high)
    expect(notes[0]).toContain(`x: ${text}`)
  })

  it('evaluate expressions of dims, and keep hints within their bounds', () => {
    const model = new Model()
    const n = model.dynamicDim('N', { min: 4, max: 8 })
    const x = model.graph.addInput('x', tensorType('bool', [mul(n, 3), n]))
    model.graph.addOutput('y', createBuilder(model).not(x))
    const data = samplesFor(model, [], { count: 1 }).samples[0]?.inputs.get('x')
    expect(data?.dims).toEqual([12, 4])
    expect(new Set(Array.from(data?.data ?? [], Number))).toEqual(new Set([0, 1]))
  })

  it.each([
    ['too large to run', [2 ** 40], 'Input x has dims [1099511627776], too many elements to run here'],
    [
      'of unknown rank',
      undefined,
      'Input x is float32[…], and what sizes it takes is not known: input=x:float32[…]',
    ],
  ] as const)('are not made for an input %s', (_, dims, what) => {
    const model = new Model()
    const x = model.graph.addInput('x', tensorType('float32', dims))
    model.graph.addOutput('y', createBuilder(model).relu(x))
    expect(messageOf(() => samplesFor(model, []))).toBe(
      `[ENGINE_FAILED] ${what}. Record samples beside the model, or use validate=off.`,
    )
  })

  it('encode the numbers of float16 inputs once', () => {
    const model = new Model()
    const x = model.graph.addInput('x', tensorType('float16', [100]))
    model.graph.addOutput('y', createBuilder(model).identity(x))
    const bits = samplesFor(model, [], { count: 1 }).samples[0]?.inputs.get('x')?.data
    expect(bits).toBeInstanceOf(Uint16Array)
    const values = Array.from(bits ?? [], Number).map(float16ToNumber)
    expect(Math.max(...values.map(Math.abs))).toBeLessThan(6)
    expect(new Set(values).size).toBeGreaterThan(90)
  })
})

describe('recorded samples', () => {
  it('fit an input of which the file does not tell the rank', () => {
    const model = new Model()
    model.graph.addOutput(
      'y',
      createBuilder(model).relu(model.graph.addInput('x', tensorType('float32', undefined))),
    )
    const arrays = new Map([['x', tensorOf('float32', [2, 1], [1, 2])]])
    const [sample] = samplesFor(model, [{ label: 'net.samples.npz', arrays }]).samples
    expect(sample?.inputs.get('x')?.dims).toEqual([2, 1])
  })

  const ids = tensorOf('int64', [1, 2], [3, 4])
  const y = tensorOf('float32', [1, 1, 2, 4], new Float32Array(8))

  it('give inputs by name and expected outputs under output:<name>', () => {
    const arrays = new Map([
      ['ids', ids],
      ['mask', ids],
      ['output:y', y],
      ['output:unknown', y],
    ])
    const { samples, notes } = samplesFor(textModel(), [{ label: 'net.samples.npz', arrays }])
    expect(notes).toEqual([])
    expect(samples).toHaveLength(1)
    expect(samples[0]?.label).toBe('recorded net.samples.npz')
    expect([...(samples[0]?.inputs.keys() ?? [])]).toEqual(['ids', 'mask'])
    expect([...(samples[0]?.expected.keys() ?? [])]).toEqual(['y'])
  })

  it.each([
    ['a missing input', new Map([['ids', ids]]), 'it holds no array mask'],
    [
      'another dtype',
      new Map([
        ['ids', tensorOf('float32', [1, 2], [1, 2])],
        ['mask', ids],
      ]),
      'ids is float32, not int64',
    ],
    [
      'another rank',
      new Map([
        ['ids', tensorOf('int64', [2], [1, 2])],
        ['mask', ids],
      ]),
      'ids has dims [2], which the model does not take',
    ],
  ])('are refused with %s', (_, arrays, why) => {
    expect(() => samplesFor(textModel(), [{ label: 'net.samples.npz', arrays }])).toThrow(
      `[BAD_INPUT_SHAPE] The recorded samples net.samples.npz do not fit the model. ${why}`,
    )
  })
})
