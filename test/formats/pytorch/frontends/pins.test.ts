import { describe, expect, it } from 'vitest'
import type { Normalised } from '../../../../src/formats/index.ts'
import { evaluateWithInputs } from '../../../../src/formats/pytorch/frontends/input-choice.ts'
import { type DimSpec, dimName, type InputSpec } from '../../../../src/graph/index.ts'
import { messageOf } from '../../../message-of.ts'
import { openProgram } from './open-program.ts'

const N: DimSpec = { name: 'N' }
const T: DimSpec = { name: 'T', hint: 6 }
const S: DimSpec = { name: 'S', hint: 6 }

function converted(
  body: readonly string[],
  inputs: Readonly<Record<string, readonly DimSpec[]>>,
  guards: 'warn' | 'strict' = 'warn',
): Normalised {
  const specs = Object.entries(inputs).map(([name, dims]): InputSpec => ({ name, dims }))
  return evaluateWithInputs({
    open: () => openProgram(Object.keys(inputs), body),
    specs,
    recorded: () => undefined,
    options: { inputs: [], guards },
  })
}

const shapes = ({ model: { graph } }: Normalised): string[] =>
  graph.inputs.map(({ dims }) => dims.map(dimName).join(' '))

const outputs = ({ model: { graph } }: Normalised): string[] =>
  graph.outputs.map(({ value }) => value.dims.map(dimName).join(' '))

describe('a dynamic dim', () => {
  it.each<[string, readonly string[], string]>([
    ['a branch on its size', ['if x.shape[1] == 6: return x * 2', 'return x'], 'N 6'],
    ['a branch on twice its size', ['if x.shape[1] * 2 == 12: return x * 2', 'return x'], 'N 6'],
    ['a branch on the number of elements', ['if x.numel() == 6 * len(x): return x * 2', 'return x'], 'N 6'],
    ['a loop over it', ['for i in range(x.shape[1]): x = x * 2', 'return x'], 'N 6'],
    ['a sum with a tensor of its size', ['return x + torch.zeros(3, 6)'], '3 6'],
    ['joining it with a tensor', ['return torch.cat([x, torch.zeros(2, 5)])'], 'N 5'],
    [
      'sums with two tensors, which only 1 fits',
      ['return x + torch.zeros(1, 4), x + torch.zeros(1, 5)'],
      'N 1',
    ],
    ['parts of it', ['return x.split([2, 4], 1)[0]'], 'N 6'],
  ])('is fixed by %s', (_, body, expected) => {
    const normalised = converted(body, { x: [N, T] })
    expect(shapes(normalised)).toEqual([expected])
    expect(normalised.guards).toEqual([])
    expect([...normalised.model.facts.keys()]).toEqual(expected.startsWith('N') ? ['N'] : [])
  })

  it.each<[string, string, string]>([
    ['a branch that another size took', 'x.shape[1] == 8', 'T != 8'],
    ['a bound', 'x.shape[1] >= 4', 'T >= 4'],
    ['a remainder', 'x.shape[1] % 2 == 0', 'T - 2*floor(T/2) == 0'],
    ['a quotient that 7 has too', 'x.shape[1] // 2 == 3', 'floor(T/2) == 3'],
  ])('stays one, with a guard, after %s', (_, test, assumed) => {
    const normalised = converted([`if ${test}: return x * 2`, 'return x'], { x: [N, T] })
    expect(shapes(normalised)).toEqual(['N T'])
    expect(normalised.guards).toEqual([{ dim: 'T', assumed, at: 'trace.py:3' }])
    expect(normalised.warnings).toEqual([])
  })

  it('has its size wherever it stands', () => {
    const body = ['if x.shape[1] == 6: return torch.cat([x, y]), y.reshape(-1)', 'return x']
    const normalised = converted(body, { x: [N, T], y: [T, T] })
    expect(shapes(normalised)).toEqual(['N 6', '6 6'])
    expect(outputs(normalised)).toEqual(['N + 6 6', '36'])
  })

  it('is told of, with its place in the source and a query to paste', () => {
    const body = ['if x.shape[1] == 6: return x * y', 'return x']
    expect(converted(body, { x: [N, T], y: [T] }).warnings).toEqual([
      'T (axis 1 of x, axis 0 of y) does not stay dynamic but is fixed at 6: the program went the way of T == 6 (trace.py:3). ' +
        'Other sizes are refused. To say so in the request: ?input=x:f32[N,6]&input=y:f32[6]; ' +
        'for another size, convert with that one in its place',
    ])
    expect(converted(['return torch.cat([x, torch.zeros(2, 5)])'], { x: [N, T] }).warnings).toEqual([
      'T (axis 1 of x) does not stay dynamic but is fixed at 5: the model needs T == 5 (trace.py:3). ' +
        'Other sizes are refused. To say so in the request: ?input=x:f32[N,5]',
    ])
  })

  it('that an operator needs at another size than the one tried is decided on at that size', () => {
    const body = ['y = x + torch.zeros(3, 4)', 'if x.shape[1] == 6: return y * 2', 'return y']
    const normalised = converted(body, { x: [N, T] })
    expect(shapes(normalised)).toEqual(['3 4'])
    expect([...normalised.model.graph.nodes()].map(({ op }) => op)).not.toContain('Mul')
  })

  it('is fixed though its range leaves out one of the sizes that an operator takes', () => {
    expect(shapes(converted(['return x + torch.zeros(3, 6)'], { x: [{ name: 'N', min: 2 }, 6] }))).toEqual([
      '3 6',
    ])
  })

  it('that no size serves is refused', () => {
    const body = ['return torch.cat([x, torch.zeros(2, 4)]), torch.cat([x, torch.zeros(2, 5)])']
    expect(messageOf(() => converted(body, { x: [N, T] }))).toMatchInlineSnapshot(
      `"[BAD_INPUT_SHAPE] The model cannot run on input=x:f32[N,T=6]: Concat cannot take these inputs: sizes 4 and 5 differ along axis 1 (trace.py:3)."`,
    )
  })

  it('under guards=strict is not fixed but refused', () => {
    const body = ['if x.shape[1] == 6: return x * 2', 'return x']
    expect(messageOf(() => converted(body, { x: [N, T] }, 'strict'))).toMatchInlineSnapshot(
      `"[GUARD_FAILED] The model decides on T, which stays dynamic: T == 6 (trace.py:3). Fix the dim in input=, or allow the decision with guards=warn."`,
    )
  })
})

describe('two dynamic dims', () => {
  const body = ['assert x.shape[1] == y.shape[0]', 'return x @ y']

  it('that are found equal get one name, and the sizes that both may have', () => {
    const normalised = converted(body, {
      x: [N, { name: 'T', hint: 6, max: 9 }],
      y: [{ name: 'S', hint: 6, min: 3, max: 12 }, N],
    })
    expect(shapes(normalised)).toEqual(['N T', 'T N'])
    expect(normalised.guards).toEqual([])
    expect(normalised.model.facts.get('T')).toEqual({ hint: 6, min: 3, max: 9 })
  })

  it('are told of', () => {
    expect(converted(body, { x: [N, T], y: [S, N] }).warnings).toEqual([
      'S (axis 0 of y) was made the same as T (axis 1 of x): the program went the way of T == S (trace.py:3). ' +
        'The import refuses sizes that differ, and onnxruntime on its own does not compare them. ' +
        'To convert for such, name different ones to try, as in T=6 and S=12',
    ])
  })

  it('of which one is fixed are both fixed', () => {
    const both = ['assert x.shape[1] == y.shape[0]', 'if x.shape[1] == 6: return x @ y', 'return x']
    expect(shapes(converted(both, { x: [N, T], y: [S, N] }))).toEqual(['N 6', '6 N'])
  })
})

describe('a batch that nobody gave a size to try', () => {
  it.each<[string, readonly string[], readonly DimSpec[], string]>([
    ['a loop over its items', ['return [row * 2 for row in x]'], [N, T], '1 T'],
    ['a branch on it that 1 takes too', ['if x.shape[0] == 2: return x * 2', 'return x'], [N, T], '1 T'],
    [
      'a loop over its items, of which it must have two, with that size given',
      ['rows = [row * 2 for row in x]', 'return rows[1]'],
      [{ name: 'N', hint: 2 }, T],
      '2 T',
    ],
    [
      'a loop over its items, with a size given',
      ['return [row * 2 for row in x]'],
      [{ name: 'N', hint: 3 }, T],
      '3 T',
    ],
    ['a sum with a tensor of two', ['return x + torch.zeros(2, 1)'], [N, T], '2 T'],
  ])('that is fixed by %s', (_, body, dims, expected) => {
    expect(shapes(converted(body, { x: dims }))).toEqual([expected])
  })

  it('is said to be fixed at 1', () => {
    expect(converted(['return [row * 2 for row in x]'], { x: [N, T] }).warnings).toEqual([
      expect.stringMatching(
        /^N \(axis 0 of x\) does not stay dynamic but is fixed at 1, one item at a time: .*\?input=x:f32\[1,T=6\]/,
      ),
    ])
  })
})

describe('a dim that the request names is not fixed at a size that nobody gave', () => {
  it.each<[string, readonly string[], readonly DimSpec[], string, string]>([
    [
      'a loop over it',
      ['return [row * 2 for row in x.unbind(1)]'],
      [N, { name: 'L' }],
      'L (axis 1 of x)',
      'N,L',
    ],
    ['an exponent', ['return x * 1.5 ** x.shape[1]'], [N, { name: 'L' }], 'L (axis 1 of x)', 'N,L'],
    ['a batch of two', ['rows = list(x)', 'return rows[1]'], [N, T], 'N (axis 0 of x)', 'N,T=6'],
    ['a batch from two', ['return list(x)'], [{ name: 'N', min: 2 }, T], 'N (axis 0 of x)', 'N(2..),T=6'],
  ])('%s', (_, body, dims, dim, query) => {
    expect(messageOf(() => converted(body, { x: dims }))).toBe(
      `[BAD_INPUT_SHAPE] The model does not keep ${dim.charAt(0)} dynamic: ${dim} is taken by its value (trace.py:3). ` +
        'The program then converts for one size, and the request gives none. ' +
        `Write a number for ${dim.charAt(0)} in ?input=x:f32[${query}].`,
    )
  })
})
