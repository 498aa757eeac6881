import { describe, expect, it } from 'vitest'
import type { DimSpec } from '../../../../src/graph/index.ts'
import { messageOf } from '../../../message-of.ts'
import { callSource } from '../call-source.ts'

const HALF = 'n = torch.ceil(torch.tensor(x.shape[1]) / 2)'
const PADDING = 'p = torch.clamp((n - 1) * 2 + 3 - x.shape[1], min=0)'

const convert = (body: readonly string[], h: DimSpec) =>
  callSource([...body, 'return x + 1'], [{ name: 'N' }, h, 8])

describe('a size that is computed in floats', () => {
  const uses: readonly (readonly [string, readonly string[], string, number])[] = [
    ['a slice', [HALF, 'x = x[:, :int(n)]'], 'The value of a float32 tensor is used as a Python number', 7],
    [
      'a padding',
      [HALF, PADDING, 'x = F.pad(x, [0, 0, int(p) // 2, 0])'],
      'The value of a float32 tensor is used as a Python number',
      8,
    ],
  ]

  it.each(uses)('asks for an upper bound where it is needed for %s', (_, body, what, line) => {
    expect(messageOf(() => convert(body, { name: 'H', hint: 32 }))).toBe(
      `[UNSUPPORTED_CONSTRUCT] ${what} (case.py:${line}). It is computed from H in float32, which holds whole numbers exactly ` +
        'only up to 2^24, and no upper bound is given. State the sizes that are meant, as in ?input=x:f32[N,H=32(..4096),8].',
    )
  })

  it.each(uses)('is known with that bound, for %s', (_, body) => {
    expect(() => convert(body, { name: 'H', hint: 32, max: 4096 })).not.toThrow()
  })

  it.each([
    ['a float', [HALF, PADDING, 'if p > 0: x = x * 2']],
    ['an integer', [HALF, 'if int(n.long()) > 3: x = x * 2']],
  ])('is compared in the graph, for a branch on %s', (_, body) => {
    const { model, guards } = convert(body, { name: 'H', hint: 32 })
    expect(guards).toEqual([])
    expect([...model.graph.nodes()].map(({ op }) => op)).toContain('If')
  })

  it('asks for a bound that a product of sizes keeps to', () => {
    const body = ['n = torch.ceil(torch.tensor(len(x) * x.shape[1]) / 2)', 'x = x[:, :int(n)]']
    expect(messageOf(() => convert(body, { name: 'H', hint: 32, min: 8 }))).toContain(
      'computed from H and N in float32',
    )
    expect(messageOf(() => convert(body, { name: 'H', hint: 32, min: 8 }))).toContain(
      'as in ?input=x:f32[N(..4096),H=32(8..4096),8].',
    )
  })

  it('leaves a guard where a branch compares it', () => {
    expect(convert([HALF, 'if n >= 4: x = x * 2'], { name: 'H', hint: 32, max: 4096 }).guards).toEqual([
      { dim: 'H', assumed: '-floor(-H/2) >= 4', at: 'case.py:7' },
    ])
  })
})

describe('what data gives asks for no bound', () => {
  it.each([
    ['a float', 'x = x[:, :int(x.sum())]'],
    ['a float of data and sizes', 'x = x[:, :int(x.sum() + torch.tensor(x.shape[1]).float())]'],
    ['an item of a list', 'x = [x, x + 1][x.sum() > 3]'],
    ['a size that only data gives', 'x = x[:, :int(torch.tensor(x[0].nonzero().shape[0]).float() / 2)]'],
  ])('%s', (_, line) => {
    expect(messageOf(() => convert([line], { name: 'H', hint: 32 }))).not.toContain('bound')
  })
})
