import { describe, expect, it } from 'vitest'
import {
  type Builder,
  createBuilder,
  Graph,
  tensorOf,
  tensorType,
  type Value,
} from '../../../src/graph/index.ts'
import { type Dims, modelOver, operatorsOf, rewritten } from './rewritten.ts'

/** One size as TorchScript's exporter reads it. */
const sizeAt = (b: Builder, v: Value, axis: number): Value => b.gather(b.shape(v), b.scalar('int64', axis))
const listed = (b: Builder, v: Value): Value => b.unsqueeze(v, b.int64s([0]))
const joined = (b: Builder, ...parts: (Value | number)[]): Value =>
  b.concat(
    parts.map((part) => (typeof part === 'number' ? b.int64s([part]) : listed(b, part))),
    { axis: 0 },
  )

type Case = readonly [
  what: string,
  dims: Dims,
  build: (b: Builder, x: Value) => Value,
  operators: readonly string[],
]

const FIXED: readonly Case[] = [
  [
    'a Reshape that keeps N and S and splits the rest',
    ['N', 'S', 24],
    (b, x) => b.reshape(x, joined(b, sizeAt(b, x, 0), sizeAt(b, x, 1), 6, 4)),
    ['Reshape'],
  ],
  [
    'a Reshape that moves one symbolic size',
    ['N', 3, 'S'],
    (b, x) => b.reshape(x, joined(b, sizeAt(b, x, 0), sizeAt(b, x, 2), 3)),
    ['Reshape'],
  ],
  [
    'a Reshape that joins N and S',
    ['N', 'S', 4],
    (b, x) => b.reshape(x, joined(b, b.mul(sizeAt(b, x, 0), sizeAt(b, x, 1)), 4)),
    ['Reshape'],
  ],
  [
    'an Expand by a number beside sizes that stay',
    ['N', 1, 'S'],
    (b, x) => b.expand(x, joined(b, sizeAt(b, x, 0), 5, sizeAt(b, x, 2))),
    ['Expand'],
  ],
  [
    'a Slice to the end',
    ['N', 'S', 4],
    (b, x) => b.slice(x, b.int64s([1]), listed(b, sizeAt(b, x, 1)), { axes: b.int64s([1]) }),
    ['Slice'],
  ],
  [
    'a Slice to one before the end',
    ['N', 'S', 4],
    (b, x) =>
      b.slice(x, b.int64s([0]), listed(b, b.sub(sizeAt(b, x, 1), b.scalar('int64', 1))), {
        axes: b.int64s([1]),
      }),
    ['Slice'],
  ],
  [
    'a Slice of the last one, counted from the front',
    ['N', 'S', 4],
    (b, x) =>
      b.slice(x, listed(b, b.sub(sizeAt(b, x, 1), b.scalar('int64', 1))), listed(b, sizeAt(b, x, 1)), {
        axes: b.int64s([1]),
        steps: b.int64s([1]),
      }),
    ['Slice'],
  ],
  [
    'a Resize to twice the size',
    ['N', 3, 'H', 'W'],
    (b, x) => {
      const twice = (axis: number) => b.mul(sizeAt(b, x, axis), b.scalar('int64', 2))
      return b.resize(x, { sizes: joined(b, sizeAt(b, x, 0), 3, twice(2), twice(3)), mode: 'nearest' })
    },
    ['Resize'],
  ],
  [
    'an Expand to a shape that Where takes over from ones where it says −1',
    ['N', 1, 4],
    (b, x) => {
      const wanted = joined(b, sizeAt(b, x, 0), 3, 4)
      const ones = b.constantOfShape(b.shape(wanted), { value: tensorOf('int64', [1], [1]) })
      const shape = b.where(b.equal(wanted, b.int64s([-1])), ones, wanted)
      return b.expand(x, shape)
    },
    ['Expand'],
  ],
]

const KEPT: readonly Case[] = [
  [
    'a Reshape that exchanges two symbolic sizes',
    ['N', 'S', 4],
    (b, x) => b.reshape(x, joined(b, sizeAt(b, x, 1), sizeAt(b, x, 0), 4)),
    ['Shape', 'Shape', 'Concat', 'Reshape'],
  ],
  [
    'a Slice that ends two before the end, where the axis may be of one',
    ['N', 'S', 4],
    (b, x) =>
      b.slice(x, b.int64s([0]), listed(b, b.sub(sizeAt(b, x, 1), b.scalar('int64', 2))), {
        axes: b.int64s([1]),
      }),
    ['Shape', 'Gather', 'Sub', 'Unsqueeze', 'Slice'],
  ],
  [
    'a Resize to half the size, which odd sizes do not scale to',
    ['N', 3, 'H', 'W'],
    (b, x) => {
      const half = (axis: number) => b.div(sizeAt(b, x, axis), b.scalar('int64', 2))
      return b.resize(x, { sizes: joined(b, sizeAt(b, x, 0), 3, half(2), half(3)), mode: 'nearest' })
    },
    ['Shape', 'Gather', 'Gather', 'Shape', 'Div', 'Unsqueeze', 'Div', 'Unsqueeze', 'Concat', 'Resize'],
  ],
]

describe('fix-shapes', () => {
  it.each(FIXED)('gives constants to %s', async (_, dims, build, operators) => {
    const fixed = await rewritten(
      modelOver({ x: dims }, (b, x) => build(b, x('x'))),
      'basic',
    )
    expect(operatorsOf(fixed)).toEqual(operators)
  })

  it.each(KEPT)('leaves %s', async (_, dims, build, operators) => {
    const kept = await rewritten(
      modelOver({ x: dims }, (b, x) => build(b, x('x'))),
      'basic',
    )
    expect(operatorsOf(kept).sort()).toEqual([...operators].sort())
  })
})

describe('share-sizes', () => {
  it('reads a size that many layers ask their own input for from the input of the model', async () => {
    const model = modelOver({ x: ['N', 'S', 4] }, (b, x) => {
      let h = x('x')
      for (let layer = 0; layer < 3; layer++) {
        const positions = b.range(b.scalar('int64', 0), sizeAt(b, b.relu(h), 1), b.scalar('int64', 1))
        const places = b.unsqueeze(b.cast(positions, { to: 1 }), b.int64s([1]))
        h = b.tanh(b.add(h, b.mul(places, b.scalar('float32', layer + 0.5))))
      }
      return h
    })
    const shared = operatorsOf(await rewritten(model, 'basic'))
    expect(shared.filter((op) => op === 'Shape' || op === 'Gather')).toEqual(['Shape', 'Gather'])
    expect(shared).not.toContain('Relu')
  })

  it('reads neighbouring sizes at once', async () => {
    const model = modelOver({ x: ['N', 'S', 4], bias: [4] }, (b, x) =>
      b.expand(x('bias'), joined(b, sizeAt(b, b.relu(x('x')), 0), sizeAt(b, b.tanh(x('x')), 1), 4)),
    )
    expect(operatorsOf(await rewritten(model, 'basic'))).toEqual(['Shape', 'Expand'])
  })

  it('finds a size that a graph around the branch of an If has computed', async () => {
    const model = modelOver({ x: ['N', 'S', 4] }, (b, x) => {
      const half = (inner: Builder) => inner.div(listed(inner, sizeAt(inner, x('x'), 1)), inner.int64s([2]))
      const outer = b.cast(half(b), { to: 1 })
      const branch = (scale: number): Graph => {
        const body = new Graph('body')
        const inner = createBuilder(b.model, { graph: body, outer: b.at })
        const size = body.append({
          op: 'Identity',
          inputs: [half(inner)],
          outputs: [{ type: tensorType('int64', [1]) }],
        })
        body.addOutput('size', inner.mul(inner.cast(size.output, { to: 1 }), inner.scalar('float32', scale)))
        return body
      }
      const positive = b.greater(b.reduceMax(x('x'), { keepdims: 0 }), b.scalar('float32', 0))
      const [chosen] = b.if(positive, { then_branch: branch(1), else_branch: branch(2) })
      return chosen ? b.add(outer, chosen) : outer
    })
    const shared = operatorsOf(await rewritten(model, 'basic'))
    expect(shared.filter((op) => op === 'Shape' || op === 'Div')).toEqual(['Shape', 'Div'])
  })
})
