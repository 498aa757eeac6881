import { expect, it } from 'vitest'
import {
  add,
  type Dim,
  dimExpression,
  dimName,
  floorDiv,
  maxDim,
  mul,
  sub,
  symbol,
} from '../../../src/graph/index.ts'

const [N, H] = [symbol('N'), symbol('H')]

/** Each level holds the one below twice: spelled out it has 2^levels symbols. */
function doubling(levels: number): Dim {
  let dim: Dim = H
  for (let i = 0; i < levels; i++) dim = floorDiv(add(mul(dim, dim), i + 3), 7)
  return dim
}

it.each<[Dim, string]>([
  [7, '7'],
  [sub(3, mul(N, 2)), '-2*N + 3'],
  [floorDiv(sub(1, N), H), 'floor((-N + 1)/H)'],
  [maxDim(floorDiv(add(H, 3), 4), floorDiv(add(N, 300), 400)), 'max(floor((H + 3)/4), floor((N + 300)/400))'],
])('a dim is spelled out: %#', (dim, text) => {
  expect(dimExpression(dim)).toBe(text)
})

it('what is too long for a name is an expression all the same', () => {
  const dim = doubling(3)
  expect(dimName(dim)).toMatch(/^dim_\w+$/)
  expect(dimExpression(dim)).toBe(
    'floor((floor((floor((H*H + 3)/7)*floor((H*H + 3)/7) + 4)/7)*floor((floor((H*H + 3)/7)*floor((H*H + 3)/7) + 4)/7) + 5)/7)',
  )
})

it('what would be longer than 2,000 characters is no expression, and costs nothing to refuse', () => {
  const length = (dim: Dim): number | undefined => dimExpression(dim)?.length
  expect(length(doubling(6))).toBeLessThanOrEqual(2000)
  expect(length(doubling(7))).toBeUndefined()
  expect(length(doubling(1000))).toBeUndefined()
})

it('a symbol stands in an expression as it stands in the shapes of the model', () => {
  const long = symbol('the_number_of_images_that_are_in_the_batch')
  expect(dimExpression(mul(long, 2))).toBe(`2*${dimName(long)}`)
})

it.each<[string, Dim]>([
  ['a symbol that is no name', add(symbol('batch size'), 1)],
  ['a symbol named as an operator', mul(symbol('or'), 2)],
  ['a number with an exponent', add(N, 1e21)],
  ['infinity', maxDim(N, Number.POSITIVE_INFINITY)],
])('%s has no expression', (_, dim) => {
  expect(dimExpression(dim)).toBeUndefined()
})
