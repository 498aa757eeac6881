import { describe, expect, it } from 'vitest'
import type { Builder, Value } from '../../../src/graph/index.ts'
import { rewritten } from '../rewritten.ts'
import { modelOf, operators } from '../small-models.ts'

describe('simplify-operators', () => {
  const cases: readonly (readonly [string, (b: Builder, x: Value) => Value, readonly string[]])[] = [
    [
      'a CastLike as a Cast',
      (b, x) => {
        const whole = b.cast(x, { to: 7 })
        return b.castLike(b.add(whole, whole), x)
      },
      ['Cast', 'Add', 'Cast'],
    ],
    ['a Sum of two as an Add', (b, x) => b.sum([x, b.exp(x)]), ['Exp', 'Add']],
    [
      'a Concat without its empty parts',
      (b, x) =>
        b.concat([b.slice(x, b.int64s([0]), b.int64s([0]), { axes: b.int64s([1]) }), x, b.exp(x)], {
          axis: -3,
        }),
      ['Exp', 'Concat'],
    ],
    [
      'a Concat of one part that is not empty as that part',
      (b, x) =>
        b.exp(b.concat([x, b.slice(x, b.int64s([9]), b.int64s([12]), { axes: b.int64s([3]) })], { axis: 3 })),
      ['Exp'],
    ],
    [
      'a Where of Not with its choices swapped',
      (b, x) => b.where(b.not(b.greater(x, b.scalar('float32', 0))), x, b.exp(x)),
      ['Exp', 'Greater', 'Where'],
    ],
  ]
  it.each(cases)('writes %s', async (_, build, left) => {
    expect(operators(await rewritten(modelOf(build))).sort()).toEqual([...left].sort())
  })

  it('leaves a Sum of three', async () => {
    expect(operators(await rewritten(modelOf((b, x) => b.sum([x, b.exp(x), b.neg(x)]))))).toContain('Sum')
  })

  it('keeps the name and the place in the source', () => {
    const model = modelOf((b, x) => {
      b.origin = { file: 'net.py', line: 7 }
      return b.sum([x, b.exp(x)], { name: 'residual' })
    })
    return rewritten(model).then(({ graph }) => {
      const add = [...graph.nodes()].find(({ op }) => op === 'Add')
      expect([add?.name, add?.origin, add?.output.name]).toEqual([
        'residual',
        { file: 'net.py', line: 7 },
        'residual',
      ])
    })
  })
})
