import { describe, expect, it } from 'vitest'
import type { Normalised } from '../../../../src/formats/index.ts'
import { evaluateWithInputs } from '../../../../src/formats/pytorch/frontends/input-choice.ts'
import { type DimSpec, dimName, type InputSpec } from '../../../../src/graph/index.ts'
import { openProgram } from './open-program.ts'

/** A program that was traced with x of these sizes, converted as it was traced, or with the sizes that a request names. */
function traced(body: readonly string[], dims: readonly number[], named?: readonly DimSpec[]): Normalised {
  const specs: InputSpec[] = named ? [{ name: 'x', dims: named }] : []
  return evaluateWithInputs({
    open: () => openProgram(['x'], body),
    specs,
    recorded: () => [{ name: 'x', given: { kind: 'tensor', dtype: 'float32', dims } }],
    options: { inputs: specs, guards: 'warn' },
  })
}

const batchOf = ({ model: { graph } }: Normalised): string | undefined =>
  graph.inputs[0]?.dims.map(dimName)[0]

describe('the batch of a trace', () => {
  it.each<[string, readonly string[], readonly number[], string]>([
    ['a sum over it, divided by its size', ['return x - x.sum(0, keepdim=True) / 2'], [2, 3], '2'],
    ['the same without keepdim', ['return x - x.sum(0) / 2.0'], [2, 3], '2'],
    ['a softmax over it, and its size', ['return x.softmax(0) * 2'], [2, 3], '2'],
    ['a running sum over it, and its size', ['return x.cumsum(0) / 2'], [2, 3], '2'],
    ['a sum over it, traced with 1, of which no number is left', ['return x - x.sum(0)'], [1, 3], '1'],
    ['a sum over it and another number', ['return x - x.sum(0) / 7'], [2, 3], 'N'],
    ['a mean over it', ['return x - x.mean(0)'], [2, 3], 'N'],
    ['its size alone', ['return x / 2'], [2, 3], 'N'],
    ['a sum over another dim, and its size', ['return x - x.sum(1, keepdim=True) / 2'], [2, 3], 'N'],
  ])('after %s', (_, body, dims, batch) => {
    expect(batchOf(traced(body, dims))).toBe(batch)
  })
})

describe('sizes that a request opens in a trace', () => {
  const N: DimSpec = { name: 'N' }
  const L: DimSpec = { name: 'L', hint: 6 }

  it('are warned of, but for the batch', () => {
    expect(traced(['return x * 2'], [2, 6], [N, L]).warnings).toEqual([
      'The file is a trace, which holds what one run did: a loop, a branch or an int() over L stays as it was at L=6. ' +
        'Compare the result with the model at other sizes, or convert its source with arch=',
    ])
    expect(traced(['return x * 2'], [2, 6], [N, 6]).warnings).toEqual([])
  })
})
