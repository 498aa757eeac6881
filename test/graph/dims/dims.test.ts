import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  bounds,
  ceilDiv,
  type Dim,
  decide,
  dimName,
  evaluate,
  floorDiv,
  maxDim,
  minDim,
  mod,
  mul,
  sub,
  substitute,
  symbol,
  symbolName,
  symbolsOf,
} from '../../../src/graph/index.ts'

const [N, H, W] = [symbol('N'), symbol('H'), symbol('W')]

describe('symbolic dims', () => {
  it('are identical when they are equal, however they were made', () => {
    expect(add(mul(N, 2), mul(N, 3))).toBe(mul(5, N))
    expect(sub(add(H, W), W)).toBe(H)
    expect(mul(add(H, 1), sub(H, 1))).toBe(sub(mul(H, H), 1))
    expect(floorDiv(mul(N, mul(H, W)), mul(W, N))).toBe(H)
    expect(maxDim(N, maxDim(H, 4), 7)).toBe(maxDim(7, H, N))
  })

  it('become plain numbers when nothing symbolic is left', () => {
    expect(sub(N, N)).toBe(0)
    expect(floorDiv(mul(N, 6), mul(N, 3))).toBe(2)
    expect(mod(mul(N, 8), 4)).toBe(0)
  })

  it('take what divides exactly out of a floor, and merge chained divisions', () => {
    expect(floorDiv(add(mul(N, 4), 6), 4)).toBe(add(N, 1))
    expect(floorDiv(floorDiv(H, 2), 2)).toBe(floorDiv(H, 4))
    expect(ceilDiv(mul(H, 2), 2)).toBe(H)
  })

  it.each<[Dim, string]>([
    [224, '224'],
    [N, 'N'],
    [add(mul(N, 2), 1), '2*N + 1'],
    [sub(H, 1), 'H - 1'],
    [floorDiv(sub(H, 1), 2), 'floor((H + 1)/2) - 1'],
    [maxDim(N, 2), 'max(N, 2)'],
    [maxDim(N, minDim(N, 512)), 'N'],
    [minDim(maxDim(N, 2), N), 'N'],
    [maxDim(512, minDim(N, 512)), '512'],
    [maxDim(300, minDim(N, 512)), 'max(min(N, 512), 300)'],
  ])('print readably: %#', (dim, name) => {
    expect(dimName(dim)).toBe(name)
  })

  it('keep their names short however deep they are, and distinct', () => {
    let deep: Dim = H
    let other: Dim = W
    for (let i = 0; i < 60; i++) {
      deep = floorDiv(add(mul(deep, deep), i + 3), 7)
      other = floorDiv(add(mul(other, other), i + 3), 7)
    }
    expect(dimName(deep).length).toBeLessThan(40)
    expect(dimName(deep)).not.toBe(dimName(other))
  })

  it('cost little however high their powers, and keep their value', () => {
    let power: Dim = N
    for (let i = 0; i < 200; i++) power = mul(power, power)
    expect(dimName(power).length).toBeLessThan(40)
    expect(evaluate(power, new Map([['N', 1]]))).toBe(1)

    let sixth: Dim = mul(N, 3)
    for (let i = 0; i < 6; i++)
      sixth = mul(sixth, i % 2 === 0 ? mul(N, mul(N, H)) : mul(N, mul(N, mul(N, H))))
    expect(
      evaluate(
        sixth,
        new Map([
          ['N', 2],
          ['H', 3],
        ]),
      ),
    ).toBe(3 * 2 ** 16 * 3 ** 6)
    expect(
      evaluate(
        mul(sixth, sub(sixth, 1)),
        new Map([
          ['N', 1],
          ['H', 1],
        ]),
      ),
    ).toBe(6)
    expect(
      bounds(
        sixth,
        new Map([
          ['N', { min: 1, max: 2 }],
          ['H', { min: 1, max: 1 }],
        ]),
      ),
    ).toEqual([3, 3 * 2 ** 16])
  })

  it('name the symbols they are made of', () => {
    expect([...symbolsOf(floorDiv(add(H, N), W))].sort()).toEqual(['H', 'N', 'W'])
    expect(symbolName(N)).toBe('N')
    expect(symbolName(add(N, 1))).toBeUndefined()
  })

  it('are replaced inside every kind of expression', () => {
    const dim = maxDim(floorDiv(add(H, 3), 2), minDim(W, mul(N, N)))
    expect(substitute(dim, new Map<string, Dim>([['N', 2]]))).toBe(
      maxDim(floorDiv(add(H, 3), 2), minDim(W, 4)),
    )
  })
})

describe('facts about dims', () => {
  const facts = new Map([['H', { min: 32, max: 512 }]])

  it('decide comparisons that hold for every allowed value, and no others', () => {
    expect(decide(H, '>=', 32, facts)).toBe(true)
    expect(decide(floorDiv(H, 2), '<', 16, facts)).toBe(false)
    expect(decide(H, '>', 100, facts)).toBeUndefined()
    expect(decide(N, '==', 0, facts)).toBe(false)
    expect(decide(add(N, 1), '==', add(N, 1), facts)).toBe(true)
    expect(decide(add(N, 1), '!=', N, facts)).toBe(true)
    expect(decide(mul(mul(N, 4), H), '==', 33, facts)).toBe(false)
    expect(decide(mul(mul(N, 4), H), '==', 128, facts)).toBeUndefined()
  })
})

/** Expressions with the operations that shapes are computed by, over three symbols of positive size. */
const expressions = fc.letrec<{ dim: Dim }>((tie) => ({
  dim: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: -9, max: 9 }),
    fc.constantFrom<Dim>(N, H, W),
    fc.tuple(tie('dim'), tie('dim')).map(([a, b]) => add(a, b)),
    fc.tuple(tie('dim'), tie('dim')).map(([a, b]) => mul(a, b)),
    fc.tuple(tie('dim'), fc.integer({ min: 1, max: 7 })).map(([a, b]) => floorDiv(a, b)),
    fc.tuple(tie('dim'), fc.integer({ min: 1, max: 7 })).map(([a, b]) => mod(a, b)),
    fc.tuple(tie('dim'), tie('dim')).map(([a, b]) => maxDim(a, b)),
    fc.tuple(tie('dim'), tie('dim')).map(([a, b]) => minDim(a, b)),
  ),
})).dim

const sizes = fc.record({
  N: fc.integer({ min: 1, max: 9 }),
  H: fc.integer({ min: 1, max: 40 }),
  W: fc.integer({ min: 1, max: 40 }),
})

describe('canonical form', () => {
  it('keeps the value of every expression', () => {
    const operations: [string, (a: Dim, b: Dim) => Dim, (a: number, b: number) => number][] = [
      ['add', add, (a, b) => a + b],
      ['mul', mul, (a, b) => a * b],
      ['max', maxDim, Math.max],
      ['min', minDim, Math.min],
    ]
    fc.assert(
      fc.property(expressions, expressions, sizes, fc.integer({ min: 1, max: 9 }), (a, b, size, divisor) => {
        const bindings = new Map(Object.entries(size))
        const [x, y] = [evaluate(a, bindings), evaluate(b, bindings)]
        if (x === undefined || y === undefined || Math.abs(x * y) > 2 ** 50) return
        for (const [name, symbolic, plain] of operations) {
          expect(evaluate(symbolic(a, b), bindings), name).toBe(plain(x, y) + 0)
        }
        expect(evaluate(floorDiv(a, divisor), bindings)).toBe(Math.floor(x / divisor))
      }),
      { numRuns: 500, seed: 7 },
    )
  })

  it('knows that a multiple above a size is above it by less than one multiple', () => {
    const facts = new Map([['H', { min: 1, max: Number.POSITIVE_INFINITY }]])
    for (const size of [H, floorDiv(H, 2), add(floorDiv(sub(H, 1), 2), 1)]) {
      const padded = mul(ceilDiv(size, 4), 4)
      expect(bounds(sub(padded, size), facts)).toEqual([0, 3])
      expect(decide(padded, '>=', size, facts)).toBe(true)
      expect(decide(padded, '==', size, facts)).toBeUndefined()
    }
  })

  it('stays within the bounds that the facts give', () => {
    fc.assert(
      fc.property(expressions, sizes, (dim, size) => {
        const facts = new Map([
          ['N', { min: 1, max: 9 }],
          ['H', { min: 1, max: 40 }],
          ['W', { min: 1, max: 40 }],
        ])
        const value = evaluate(dim, new Map(Object.entries(size)))
        const [low, high] = bounds(dim, facts)
        if (value !== undefined && Math.abs(value) < 2 ** 50) expect(value >= low && value <= high).toBe(true)
      }),
      { numRuns: 500, seed: 8 },
    )
  })
})

describe('expressions that share their parts', () => {
  /** Each step uses the one before it twice: spelled out, 2^60 symbols. */
  const deep = (start: Dim): Dim => {
    let dim = start
    for (let step = 0; step < 60; step++) dim = add(floorDiv(dim, 2), maxDim(dim, step))
    return dim
  }

  it('are walked once a part: bounds, symbols and substitution stay quick', () => {
    const dim = deep(symbol('N'))
    expect(bounds(dim, new Map([['N', { min: 4, max: 4 }]]))).toEqual([deep(4), deep(4)])
    expect([...symbolsOf(dim)]).toEqual(['N'])
    expect(evaluate(dim, new Map([['N', 4]]))).toBe(deep(4))
  })
})
