import { describe, expect, it } from 'vitest'
import { type DimSpec, substitute } from '../../../../src/graph/index.ts'
import { callSource } from '../call-source.ts'

const DIMS: readonly DimSpec[] = [
  { name: 'N', hint: 2 },
  { name: 'L', hint: 6 },
]

/** The first dim of `x.new_zeros(size)` at sizes, with what was decided by sizes. */
function sized(expression: string, sizes: Readonly<Record<string, number>>) {
  const { model, guards } = callSource(
    ['N, L = x.shape', `size = ${expression}`, 'return x.sum() + x.new_zeros(size)'],
    DIMS,
  )
  const dim = model.graph.outputs[0]?.value.dims[0] ?? 0
  return {
    size: substitute(dim, new Map(Object.entries(sizes))),
    guards: guards.map(({ assumed }) => assumed),
  }
}

describe('floats of sizes that come back to whole numbers stay dynamic', () => {
  it.each<[string, (N: number, L: number) => number]>([
    ['int(9 * N / 9.0)', (N) => N],
    ['int(9 * N / (12 * 12 / 4 / 4))', (N) => N],
    ['int(N * L / (L * 8 / 4 / 2))', (N) => N],
    ['int(N * L * 0.5)', (N, L) => Math.floor((N * L) / 2)],
    ['int((6 * L + 12) / 3 / 2)', (_, L) => L + 2],
    ['int(L / 3 * 0.5)', (_, L) => Math.floor(L / 6)],
    ['int(L * 0.5 + 0.5)', (_, L) => Math.floor((L + 1) / 2)],
    ['int(L // 2.5)', (_, L) => Math.floor((L * 2) / 5)],
    ['int((N + L * 1.5) % 4 + 1)', (N, L) => Math.floor(((2 * N + 3 * L) % 8) / 2) + 1],
    ['math.ceil(L / 4)', (_, L) => Math.ceil(L / 4)],
    ['math.floor(L * 0.75)', (_, L) => Math.floor(L * 0.75)],
    ['int(L * 0.3)', (_, L) => Math.trunc(L * 0.3)],
    ['math.ceil(1.3 * L)', (_, L) => Math.ceil(1.3 * L)],
    ['round(L / 0.75)', (_, L) => Math.round(L / 0.75)],
    ['round(L / 3)', (_, L) => Math.round(L / 3)],
    ['round(L / 2)', (_, L) => (L % 4 === 1 ? (L - 1) / 2 : Math.round(L / 2))],
  ])('%s', (expression, expected) => {
    for (const [N, L] of [
      [1, 5],
      [3, 7],
      [2, 9],
      [5, 20],
    ] as const)
      expect(sized(expression, { N, L })).toEqual({ size: expected(N, L), guards: [] })
  })

  it.each([
    ['a factor whose rounding no fraction follows', 'int(L * 0.7)'],
    ['a quotient that is rounded before it is added to', 'int(L / 3 + 0.7)'],
    ['a root', 'int(math.sqrt(L))'],
  ])('%s is computed in the graph', (_, expression) => {
    expect(sized(expression, { N: 2, L: 6 })).toMatchObject({ size: { key: 'u0' }, guards: [] })
    const decided = callSource(['L = x.shape[1]', `return x * 2 if ${expression} > 1 else x`], DIMS)
    expect(decided.guards.map(({ assumed }) => assumed)).toEqual(['L == 6'])
  })

  it('a logarithm, of which runtimes differ in the last bit, is taken at the hint', () => {
    expect(sized('int(math.log2(L))', { N: 2, L: 6 }).guards).toEqual(['L == 6'])
  })

  it('they compare as the whole numbers do', () => {
    const { guards } = callSource(['assert x.shape[1] / 2 > 2.5', 'return x + 1'], DIMS)
    expect(guards.map(({ assumed }) => assumed)).toEqual(['L > 5'])
  })
})

describe('floats of sizes that only scale tensors are computed in the graph', () => {
  it.each([
    ['x / L ** 0.5', ['Shape', 'Cast', 'Pow', 'Cast', 'Div']],
    ['x * (1 / math.sqrt(L))', ['Shape', 'Cast', 'Sqrt', 'Div', 'Cast', 'Mul']],
    ['x * math.log(L)', ['Shape', 'Cast', 'Log', 'Cast', 'Mul']],
    ['x * (1 / L)', ['Shape', 'Cast', 'Div', 'Cast', 'Mul']],
    ['x * (L / 3)', ['Shape', 'Cast', 'Div', 'Cast', 'Mul']],
  ])('%s', (expression, operators) => {
    const { model, guards } = callSource(['L = x.shape[1]', `return ${expression}`], DIMS)
    expect(guards).toEqual([])
    const found = [...model.graph.nodes()].map(({ op }) => op).filter((op) => op !== 'Squeeze')
    expect(found).toEqual(operators)
  })

  it.each([
    ['a divisor that may be 0', 'x * (1 / math.log(L))', ['L == 6']],
    ['the logarithm of what may be 0', 'x * math.log(L - 1)', ['L - 1 == 5']],
    ['the root of what may be negative', 'x * math.sqrt(L - 3)', ['L - 3 == 3']],
    ['a size in the exponent', 'x * 1.5 ** L', ['L == 6']],
  ])('%s is taken at the hint', (_, expression, guards) => {
    const normalised = callSource(['L = x.shape[1]', `return ${expression}`], DIMS)
    expect(normalised.guards.map(({ assumed }) => assumed)).toEqual(guards)
  })
})

it('a list of sizes and halves of sizes becomes a tensor of them', () => {
  const { model, guards } = callSource(
    ['N, L = x.shape', 'return x.new_tensor([L, N, L / 2]), torch.tensor([L, N])'],
    DIMS,
  )
  expect(guards).toEqual([])
  expect(model.graph.outputs.map(({ value }) => value.dtype)).toEqual(['float32', 'int64'])
})
