import fc from 'fast-check'
import {
  add,
  type Dim,
  floorDiv,
  maxDim,
  minDim,
  mod,
  mul,
  type Relation,
  symbol,
} from '../../../src/graph/index.ts'

const SYMBOLS = [symbol('N'), symbol('H'), symbol('W')]

/** Every operation that dims have, divisors that are dims and products too long to be expanded included. */
export const dims = fc.letrec<{ dim: Dim }>((tie) => {
  const pair = fc.tuple(tie('dim'), tie('dim'))
  const divided = fc.tuple(tie('dim'), fc.oneof(fc.integer({ min: 1, max: 7 }), fc.constantFrom(...SYMBOLS)))
  return {
    dim: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      fc.integer({ min: -9, max: 9 }),
      fc.constantFrom<Dim>(...SYMBOLS),
      pair.map(([a, b]) => add(a, b)),
      pair.map(([a, b]) => mul(a, b)),
      divided.map(([a, b]) => floorDiv(a, b)),
      divided.map(([a, b]) => mod(a, b)),
      pair.map(([a, b]) => maxDim(a, b)),
      pair.map(([a, b]) => minDim(a, b)),
    ),
  }
}).dim

export const relations = fc.constantFrom<Relation>('==', '!=', '<', '<=', '>', '>=')

export const sizes = fc
  .record({
    N: fc.integer({ min: 1, max: 9 }),
    H: fc.integer({ min: 1, max: 40 }),
    W: fc.integer({ min: 1, max: 40 }),
  })
  .map((record) => new Map(Object.entries(record)))
