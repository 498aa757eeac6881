import { describe, expect, it } from 'vitest'
import type { InputSpec } from '../../../../src/graph/index.ts'
import { runModel, seededFloats } from '../../../support/run-model.ts'
import { convertWritten, writtenModel } from './written-model.ts'

/** A model that scales by a weight of two numbers. */
const model = (...forward: readonly string[]): string =>
  [
    'import functools, torch, torch.nn as nn',
    'def timed(fn):',
    '    @functools.wraps(fn)',
    '    def wrapper(*args, **kwargs): return fn(*args, **kwargs)',
    '    return wrapper',
    'def renamed(fn):',
    '    @functools.wraps(fn)',
    '    def wrapper(self, img, **kwargs): return fn(self, img, **kwargs)',
    '    return wrapper',
    'def bare(fn): return lambda *args, **kwargs: fn(*args, **kwargs)',
    'class Net(nn.Module):',
    '    def __init__(self):',
    '        super().__init__()',
    '        self.w = nn.Parameter(torch.zeros(2))',
    ...forward.map((line) => `    ${line}`),
    '',
  ].join('\n')

const spec = (name?: string): InputSpec => ({ ...(name === undefined ? {} : { name }), dims: [2] })

const convert = (text: string, ...names: readonly (string | undefined)[]) =>
  convertWritten(writtenModel({ w: [2] }, { 'model.py': text }), { class: 'Net', inputs: names.map(spec) })

/** Inputs are 1, 10, 100, …: the result over the weight says what was taken for what. */
async function result(text: string, ...names: readonly (string | undefined)[]) {
  const { model: made } = convert(text, ...names)
  const inputs = made.graph.inputs.map(({ name }) => name)
  const data = (index: number) => Float32Array.of(10 ** index, 10 ** index)
  const fed = inputs.map((name, index) => [name, { dtype: 'float32', dims: [2], data: data(index) }] as const)
  const [output] = (await runModel(made, Object.fromEntries(fed))).values()
  return [inputs, Math.round(Number(output?.data[0]) / Number(seededFloats(2)[0]))]
}

const STAR = model('def forward(self, *inputs): return (inputs[0] + 2 * inputs[1]) * self.w')
const MIXED = model('def forward(self, x, k=3, *rest, s=1): return (x + k * rest[0] * s) * self.w')

describe('the arguments of the entry method', () => {
  it.each<[string, string, (string | undefined)[], string[], number]>([
    [
      'are those behind functools.wraps',
      model('@timed', 'def forward(self, x, y): return (x + 2 * y) * self.w'),
      ['y', 'x'],
      ['x', 'y'],
      21,
    ],
    [
      'are passed by place: a wrapper may name them in its own way',
      model('@renamed', 'def forward(self, x, y=5): return (x + 2 * y) * self.w'),
      ['x', 'y'],
      ['x', 'y'],
      21,
    ],
    [
      'may be left out behind a wrapper',
      model('@renamed', 'def forward(self, x, y=5): return (x + 2 * y) * self.w'),
      ['x'],
      ['x'],
      11,
    ],
    [
      'are positional-only',
      model('def forward(self, x, y, /): return (x + 2 * y) * self.w'),
      ['x', 'y'],
      ['x', 'y'],
      21,
    ],
    ['feed *args in order by names of their own', STAR, ['left', 'right'], ['left', 'right'], 21],
    ['feed *args in order without names', STAR, [undefined, undefined], ['inputs.0', 'inputs.1'], 21],
    ['feed *args by place', STAR, ['inputs.1', 'inputs.0'], ['inputs.0', 'inputs.1'], 21],
    [
      'feed a wrapper that shows no signature',
      model('@bare', 'def forward(self, x, y): return (x + 2 * y) * self.w'),
      ['a', 'b'],
      ['a', 'b'],
      21,
    ],
    ['fill what stands before *args by its default', MIXED, ['rest.0', 'x'], ['x', 'rest.0'], 31],
    [
      'feed **kwargs by name where it is all there is',
      model('def forward(self, **batch): return (batch["x"] + 2 * batch["y"]) * self.w'),
      ['y', 'x'],
      ['y', 'x'],
      12,
    ],
  ])('%s', async (_, text, names, inputs, factor) => {
    expect(await result(text, ...names)).toEqual([inputs, factor])
  })

  it('of *args alone, one is inferred where nothing is said', async () => {
    const text = model('def forward(self, *a): return nn.functional.layer_norm(a[0], [2], self.w)')
    expect(convert(text).model.graph.inputs.map(({ name }) => name)).toEqual(['a'])
  })

  it.each([
    [MIXED, ['x', 'other']],
    [model('def forward(self, x, **kwargs): return x * self.w'), ['image']],
  ])('a name that no argument has is refused where arguments are left out', (text, names) => {
    expect(() => convert(text, ...names)).toThrow(/no input/)
  })
})
