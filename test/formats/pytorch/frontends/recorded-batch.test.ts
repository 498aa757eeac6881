import { expect, it } from 'vitest'
import { evaluateWithInputs } from '../../../../src/formats/pytorch/frontends/input-choice.ts'
import { dimName } from '../../../../src/graph/index.ts'
import { openProgram } from './open-program.ts'

/** Dims of x where the program was traced with these. */
function inputDims(body: readonly string[], dims: readonly number[]): string[] {
  const { model } = evaluateWithInputs({
    open: () => openProgram(['x'], body),
    specs: [],
    recorded: () => [{ name: 'x', given: { kind: 'tensor', dtype: 'float32', dims } }],
    options: { inputs: [], guards: 'warn' },
  })
  return model.graph.inputs.flatMap(({ dims }) => dims.map(dimName))
}

it.each<[string, readonly string[], readonly number[], readonly string[]]>([
  ['rows that are treated alike', ['return x * 2'], [4, 6], ['N', '6']],
  [
    'a size that the program asks for',
    ['return x.view(x.size(0), -1) + torch.zeros(x.size(0), 6)'],
    [4, 6],
    ['N', '6'],
  ],
  ['a batch of one, folded away', ['return x.view(1, -1) @ torch.ones(6, 2)'], [1, 6], ['1', '6']],
  ['a constant of as many rows', ['return x + torch.zeros(4, 6)'], [4, 6], ['4', '6']],
  [
    'such a constant beside an output that is dynamic',
    ['return x * 2, x + torch.ones(4, 6)'],
    [4, 6],
    ['4', '6'],
  ],
  [
    'rows that were written out one by one',
    ['y = x.clone()', 'y[0] = x[0] * 2', 'y[3] = x[3] * 2', 'return y'],
    [4, 6],
    ['4', '6'],
  ],
  [
    'a first state of as many rows',
    [
      'w = [torch.ones(15, 6), torch.ones(15, 5)]',
      'return torch.gru(x, torch.zeros(1, 4, 5), w, False, 1, 0.0, False, False, True)[0]',
    ],
    [4, 7, 6],
    ['4', '7', '6'],
  ],
])('the batch of a trace is dynamic only where another one runs too: %s', (_, body, recorded, expected) => {
  expect(inputDims(body, recorded)).toEqual(expected)
})
