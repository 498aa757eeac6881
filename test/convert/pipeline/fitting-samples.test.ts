import { describe, expect, it } from 'vitest'
import { fittingSamples } from '../../../src/convert/pipeline/fitting-samples.ts'
import { createBuilder, Model, tensorOf, tensorType } from '../../../src/graph/index.ts'
import type { Recording } from '../../../src/validate/index.ts'

/** x: [N, 3] → its ReLU `y` and its double `z`. */
function model(): Model {
  const made = new Model()
  const x = made.graph.addInput('x', tensorType('float32', [made.dynamicDim('N'), 3]))
  const b = createBuilder(made)
  made.graph.addOutput('y', b.relu(x))
  made.graph.addOutput('z', b.add(x, x))
  return made
}

const recording = (label: string, arrays: Readonly<Record<string, readonly number[]>>): Recording => ({
  label,
  arrays: new Map(
    Object.entries(arrays).map(([name, dims]) => [
      name,
      tensorOf('float32', dims, new Float32Array(dims.reduce((a, b) => a * b, 1))),
    ]),
  ),
})

describe('recordings beside a model', () => {
  const cases: readonly (readonly [string, Record<string, readonly number[]>, number, readonly string[]])[] =
    [
      ['of its inputs and outputs fit', { x: [2, 3], 'output:y': [2, 3], 'output:z': [2, 3] }, 1, []],
      ['of some of its outputs fit', { x: [2, 3], 'output:z': [2, 3] }, 1, []],
      [
        'of an output that is not there fit, and are told of',
        { x: [2, 3], 'output:z': [2, 3], 'output:gone': [2, 3] },
        1,
        ['The recorded samples r.npz hold output:gone, and the outputs are y, z'],
      ],
      ['of inputs alone fit', { x: [2, 3] }, 1, []],
      [
        'of other outputs only serve as inputs, and are told of',
        { x: [2, 3], 'output:logits': [2, 3] },
        1,
        ['The recorded samples r.npz hold output:logits, and the outputs are y, z'],
      ],
    ]
  it.each(cases)('%s', (_, arrays, count, unfit) => {
    const found = fittingSamples(model(), [recording('r.npz', arrays)], false)
    expect([found.samples.length, found.unfit]).toEqual([count, unfit])
  })

  it('of outputs that were not selected fit', () => {
    const arrays = { x: [2, 3], 'output:z': [2, 3], 'output:unselected': [2, 3] }
    const found = fittingSamples(model(), [recording('r.npz', arrays)], true)
    expect([found.samples.length, found.unfit]).toEqual([1, []])
  })

  it('of another shape are left out, each told of by its name, and the others serve', () => {
    const found = fittingSamples(
      model(),
      [recording('a.npz', { x: [2, 4] }), recording('b.npz', { x: [5, 3] })],
      false,
    )
    expect(found.samples.map(({ label }) => label)).toEqual(['recorded b.npz'])
    expect(found.unfit).toEqual([expect.stringContaining('a.npz')])
  })

  it('in which dims of one name have different sizes are left out', () => {
    const joined = new Model()
    const n = joined.dynamicDim('N')
    const [x, y] = ['x', 'y'].map((name) => joined.graph.addInput(name, tensorType('float32', [n, 3])))
    if (x && y) joined.graph.addOutput('z', createBuilder(joined).add(x, y))
    const found = fittingSamples(
      joined,
      [recording('a.npz', { x: [2, 3], y: [1, 3] }), recording('b.npz', { x: [5, 3], y: [5, 3] })],
      false,
    )
    expect(found.samples.map(({ label }) => label)).toEqual(['recorded b.npz'])
    expect(found.unfit).toEqual(['The recorded samples a.npz do not fit the model: N is 2 and, in y, 1'])
  })
})
