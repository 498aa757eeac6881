import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  type Dim,
  type DimFacts,
  equalSymbols,
  floorDiv,
  maxDim,
  minDim,
  mod,
  mul,
  onlySolution,
  type Relation,
  sub,
  symbol,
} from '../../../src/graph/index.ts'

const [N, T, S] = [symbol('N'), symbol('T'), symbol('S')]

const facts = (hint: number, range: { min?: number; max?: number } = {}): DimFacts =>
  new Map([
    ['N', { min: 1, max: Number.POSITIVE_INFINITY, hint: 2 }],
    ['S', { min: 1, max: Number.POSITIVE_INFINITY, hint }],
    ['T', { min: 1, max: Number.POSITIVE_INFINITY, hint, ...range }],
  ])

describe('the only size for which a comparison holds', () => {
  it.each<[string, Dim, Relation, Dim, number, number]>([
    ['T == 6', T, '==', 6, 6, 6],
    ['2*T == 12', mul(T, 2), '==', 12, 6, 6],
    ['T == 6 where another size was tried', T, '==', 6, 2, 6],
    ['T*T == 36', mul(T, T), '==', 36, 6, 6],
    ['10 - T == 4', sub(10, T), '==', 4, 6, 6],
    ['T + T//2 == 9', add(T, floorDiv(T, 2)), '==', 9, 6, 6],
    ['N*T == 6*N', mul(N, T), '==', mul(N, 6), 6, 6],
    ['N*T == 6*N tried at another size', mul(N, T), '==', mul(N, 6), 2, 6],
    ['max(T, 3) == 6', maxDim(T, 3), '==', 6, 6, 6],
    ['T < 2, as sizes are at least 1', T, '<', 2, 1, 1],
  ])('%s is found', (_, a, relation, b, hint, value) => {
    expect(onlySolution(a, relation, b, facts(hint))).toEqual({ name: 'T', value })
  })

  it.each<[string, Dim, Relation, Dim]>([
    ['T // 2 == 3: 6 and 7', floorDiv(T, 2), '==', 3],
    ['T % 2 == 0', mod(T, 2), '==', 0],
    ['T != 5', T, '!=', 5],
    ['T >= 4', T, '>=', 4],
    ['min(T, 6) == 6', minDim(T, 6), '==', 6],
    ['two symbols', add(T, N), '==', 8],
    ['a size that is not whole', mul(T, 2), '==', 11],
    ['a relation that the sizes tried do not fulfil', floorDiv(T, 2), '==', 9],
  ])('there is none of %s', (_, a, relation, b) => {
    expect(onlySolution(a, relation, b, facts(6))).toBeUndefined()
  })

  it('is looked for within the range that was given', () => {
    expect(onlySolution(floorDiv(T, 2), '==', 3, facts(7, { min: 7 }))).toEqual({ name: 'T', value: 7 })
    expect(onlySolution(T, '>=', 6, facts(6, { max: 6 }))).toEqual({ name: 'T', value: 6 })
    expect(onlySolution(T, '==', 6, facts(8, { min: 7 }))).toBeUndefined()
  })

  it('satisfies the comparison, and no other size does', () => {
    const number = fc.integer({ min: -4, max: 4 })
    fc.assert(
      fc.property(
        number,
        number,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 12 }),
        (c, k, d, hint) => {
          const sides = (t: Dim): [Dim, Dim] => [
            add(mul(t, c), floorDiv(add(mul(t, k), 1), d)),
            maxDim(floorDiv(t, d), sub(t, 3)),
          ]
          const [a, b] = sides(T)
          const found = onlySolution(a, '==', b, facts(hint))
          const sizes = Array.from({ length: 60 }, (_, index) => index + 1)
          const holding = sizes.filter((size) => sides(size)[0] === sides(size)[1])
          if (found) expect(holding).toEqual([found.value])
        },
      ),
    )
  })
})

describe('two symbols that a comparison makes one', () => {
  it.each<[string, Dim, Dim]>([
    ['T == S', T, S],
    ['2*T == 2*S', mul(T, 2), mul(S, 2)],
    ['N*T == N*S', mul(N, T), mul(N, S)],
  ])('%s', (_, a, b) => {
    expect([...(equalSymbols(a, b, facts(6)) ?? [])].sort()).toEqual(['S', 'T'])
  })

  it.each<[string, Dim, Dim]>([
    ['T == S + 1', T, add(S, 1)],
    ['T == 2*S', T, mul(S, 2)],
    ['T//2 == S//2', floorDiv(T, 2), floorDiv(S, 2)],
    ['T == 6', T, 6],
  ])('not %s', (_, a, b) => {
    expect(equalSymbols(a, b, facts(6))).toBeUndefined()
  })
})
