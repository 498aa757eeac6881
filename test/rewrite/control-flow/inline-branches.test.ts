import { describe, expect, it } from 'vitest'
import { type Builder, MemoryTensor, type Value } from '../../../src/graph/index.ts'
import { bodyOf, rewritten } from '../rewritten.ts'
import { operators } from '../small-models.ts'
import { controlled, feeds, type Inputs, ones } from './models.ts'

type Arm = (b: Builder) => Value | Value[]

const listed = (values: Value | Value[]): readonly Value[] => (Array.isArray(values) ? values : [values])

function choose(b: Builder, condition: Value, yes: Arm, no: Arm): readonly Value[] {
  return b.if(condition, {
    then_branch: bodyOf(b, (inner) => listed(yes(inner))),
    else_branch: bodyOf(b, (inner) => listed(no(inner))),
  })
}

const first = ([value]: readonly Value[]): Value => {
  if (!value) throw new Error('an If gives a result')
  return value
}

describe('inline-branches', () => {
  const decided: readonly (readonly [string, (b: Builder, inputs: Inputs) => Value, readonly string[]])[] = [
    [
      'a constant condition',
      (b, { x }) => {
        const on = b.constant(new MemoryTensor('bool', [1], Uint8Array.of(1)))
        return first(
          choose(
            b,
            on,
            (i) => i.neg(i.exp(x)),
            (i) => i.sin(x),
          ),
        )
      },
      ['Exp', 'Neg'],
    ],
    [
      'a comparison of a dim that is fixed',
      (b, { x }) => {
        const columns = b.gather(b.shape(x), b.int64s([1]))
        return first(
          choose(
            b,
            b.equal(columns, b.int64s([3])),
            (i) => i.exp(x),
            (i) => i.sin(x),
          ),
        )
      },
      ['Sin'],
    ],
    [
      'a comparison that holds for all sizes of a dynamic dim',
      (b, { x }) => {
        const rows = b.gather(b.shape(x), b.int64s([0]))
        const enough = b.greaterOrEqual(rows, b.int64s([1]))
        return first(
          choose(
            b,
            enough,
            (i) => i.exp(x),
            (i) => i.sin(x),
          ),
        )
      },
      ['Exp'],
    ],
    [
      'one If within another, each by what the outer one gives',
      (b, { x }) => {
        const rank = (v: Value, builder: Builder) => builder.size(builder.shape(v))
        const flat = first(
          choose(
            b,
            b.equal(rank(x, b), b.scalar('int64', 2)),
            (i) => i.unsqueeze(x, i.int64s([0])),
            (i) => i.identity(x),
          ),
        )
        return first(
          choose(
            b,
            b.equal(rank(flat, b), b.scalar('int64', 3)),
            (i) => i.squeeze(flat, { axes: i.int64s([0]) }),
            (i) => i.exp(flat),
          ),
        )
      },
      [],
    ],
    [
      'branches that return the same',
      (b, { x, c }) => {
        const y = b.exp(x)
        return first(
          choose(
            b,
            c,
            (i) => i.identity(y),
            () => y,
          ),
        )
      },
      ['Exp'],
    ],
  ]
  it.each(decided)('leaves nothing of an If by %s', async (_, build, left) => {
    const { graph } = await rewritten(controlled(build), { feeds })
    const ops = [...graph.allNodes()].map(({ op }) => op).sort()
    expect(ops).toEqual(left)
  })

  it('brings the constants of the branch along', async () => {
    const model = controlled((b, { x }) => {
      const on = b.constant(new MemoryTensor('bool', [], Uint8Array.of(0)))
      return first(
        choose(
          b,
          on,
          (i) => i.exp(x),
          (i) => i.add(x, i.graph.addInitializer(ones([4]), 'shift')),
        ),
      )
    })
    const inlined = await rewritten(model, { feeds })
    expect(operators(inlined)).toEqual(['Add'])
    expect([...inlined.graph.initializers].map(({ name }) => name)).toEqual(['shift'])
  })

  it('chooses between two values by a Where', async () => {
    const model = controlled((b, { x, c }) => {
      const [y, z] = [b.exp(x), b.sin(x)]
      return choose(
        b,
        c,
        () => [y, z],
        () => [z, x],
      )
    })
    expect(operators(await rewritten(model, { feeds })).sort()).toEqual(['Exp', 'Sin', 'Where', 'Where'])
  })

  it('turns an If of Not around', async () => {
    const model = controlled((b, { x, c }) =>
      choose(
        b,
        b.not(c),
        (i) => i.exp(x),
        (i) => i.sin(x),
      ),
    )
    expect(operators(await rewritten(model, { feeds }))).not.toContain('Not')
  })

  it('turns an If of Not around that chooses between two values', async () => {
    const model = controlled((b, { x, c }) => {
      const [y, z] = [b.exp(x), b.sin(x)]
      return choose(
        b,
        b.not(c),
        () => y,
        () => z,
      )
    })
    expect(operators(await rewritten(model, { feeds })).sort()).toEqual(['Exp', 'Sin', 'Where'])
  })

  const open: readonly (readonly [string, (b: Builder, inputs: Inputs) => Value])[] = [
    [
      'a condition that only a run tells',
      (b, { x, c }) =>
        first(
          choose(
            b,
            c,
            (i) => i.exp(x),
            (i) => i.sin(x),
          ),
        ),
    ],
    [
      'a dim that may be the size or not',
      (b, { x }) => {
        const rows = b.gather(b.shape(x), b.int64s([0]))
        return first(
          choose(
            b,
            b.equal(rows, b.int64s([2])),
            (i) => i.exp(x),
            (i) => i.sin(x),
          ),
        )
      },
    ],
    [
      'values of different dims',
      (b, { x, c }) => {
        const sum = b.reduceSum(x)
        return first(
          choose(
            b,
            c,
            () => x,
            () => sum,
          ),
        )
      },
    ],
    [
      'a condition of one element between scalars, whose rank it would raise',
      (b, { x, c }) => {
        const one = b.unsqueeze(c, b.int64s([0]))
        const [least, most] = [b.reduceMin(x, { keepdims: 0 }), b.reduceMax(x, { keepdims: 0 })]
        return first(
          choose(
            b,
            one,
            () => least,
            () => most,
          ),
        )
      },
    ],
  ]
  it.each(open)('keeps an If of %s', async (_, build) => {
    expect(operators(await rewritten(controlled(build), { feeds }))).toContain('If')
  })
})
