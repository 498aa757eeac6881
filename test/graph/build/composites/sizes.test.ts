import { describe, expect, it } from 'vitest'
import {
  add,
  type Builder,
  composites,
  createBuilder,
  type Dim,
  floorDiv,
  Graph,
  Model,
  maxDim,
  minDim,
  mul,
  sub,
  tensorType,
  type Value,
} from '../../../../src/graph/index.ts'
import { evaluate } from '../../../support/evaluate.ts'

const { shapeTensor, sizeScalar, reshapeTo, expandTo } = composites

const zeros = (dims: readonly number[]) => ({
  dtype: 'float32' as const,
  dims,
  data: new Array<number>(dims.reduce((a, b) => a * b, 1)).fill(0),
})

/** Sizes of the first two axes of the first input. */
const sizesOf = ([x]: readonly Value[]): readonly [Dim, Dim] => [x?.dims[0] ?? 0, x?.dims[1] ?? 0]

const operators = ({ graph }: Model): string[] => [...graph.allNodes()].map(({ op }) => op)

function modelOf(dims: readonly (string | number)[]): {
  model: Model
  b: Builder
  x: Value
  sizes: readonly Dim[]
} {
  const model = new Model()
  const sizes = dims.map((dim) => (typeof dim === 'string' ? model.dynamicDim(dim, { hint: 3 }) : dim))
  const x = model.graph.addInput('x', tensorType('float32', sizes))
  return { model, b: createBuilder(model), x, sizes }
}

describe('shapeTensor', () => {
  const expressions: readonly (readonly [string, (n: Dim, m: Dim) => readonly Dim[], readonly number[]])[] = [
    ['numbers', () => [2, 3], [2, 3]],
    ['nothing', () => [], []],
    ['sizes between numbers', (n, m) => [1, n, 4, 5, m], [1, 7, 4, 5, 3]],
    ['sums and products', (n, m) => [add(mul(n, 2), 1), mul(n, m), add(mul(n, m), n)], [15, 21, 28]],
    ['differences', (n, m) => [sub(n, m), sub(3, n), sub(mul(n, -2), m)], [4, -4, -17]],
    ['quotients', (n, m) => [floorDiv(add(n, 1), 2), floorDiv(n, m), floorDiv(sub(m, n), 3)], [4, 2, -2]],
    ['extremes', (n, m) => [maxDim(n, m, 5), minDim(n, m), minDim(maxDim(n, 2), 4)], [7, 3, 4]],
    ['quotients of quotients', (n, m) => [mul(floorDiv(add(floorDiv(n, 2), m), 4), 7)], [7]],
  ]
  it.each(expressions)('computes %s', async (_, dims, wanted) => {
    const { results } = await evaluate((b, v) => shapeTensor(b, dims(...sizesOf(v))), [zeros([7, 3])], {
      symbolic: [[0, 1]],
    })
    expect(results[0]?.data).toEqual(wanted)
  })

  it('knows what it computes, so that reshaping by it gives the dims asked for', () => {
    const { b, sizes } = modelOf(['N', 'M'])
    const [n = 0, m = 0] = sizes
    const dims = [add(mul(n, 2), 1), floorDiv(add(n, m), 2), maxDim(n, m)]
    expect(shapeTensor(b, dims).content).toEqual(dims)
  })

  it('computes each size once', () => {
    const { model, b, sizes } = modelOf(['N', 'M'])
    const [n = 0] = sizes
    for (let i = 0; i < 3; i++) shapeTensor(b, [add(mul(n, 2), 1), n])
    expect(operators(model).filter((op) => op === 'Shape').length).toBe(1)
    expect(operators(model).filter((op) => op === 'Mul').length).toBe(1)
  })

  it('uses sizes of the graph around a subgraph, and never those of a subgraph outside of it', () => {
    const { model, b, x, sizes } = modelOf(['N', 'M'])
    const [n = 0, m = 0] = sizes
    shapeTensor(b, [n])
    const branch = new Graph('then')
    const inner = createBuilder(model, { graph: branch, outer: b.at })
    branch.addOutput('y', shapeTensor(inner, [n, m]))
    expect([...branch.nodes()].map(({ op }) => op)).toEqual(['Shape', 'Concat'])
    const other = new Graph('else')
    other.addOutput('y', shapeTensor(createBuilder(model, { graph: other, outer: b.at }), [m, n]))
    const condition = b.reduceMax(b.greater(x, b.scalar('float32', 0)), { keepdims: 0 })
    const [chosen] = b.if(condition, { then_branch: branch, else_branch: other })
    const outside = shapeTensor(b, [m, m])
    expect(outside.producer?.inputs[0]?.graph).toBe(model.graph)
    expect(chosen?.dims).toEqual([2])
  })

  it('computes only with what stands before the place of insertion', () => {
    const { model, b, x, sizes } = modelOf(['N', 'M'])
    const [n = 0] = sizes
    const first = b.relu(x)
    const late = b.nonZero(x)
    const early = createBuilder(model, { graph: model.graph, before: late.producer })
    const found = shapeTensor(early, [add(n, 1)])
    const order = [...model.graph.nodes()]
    const [at, anchor] = [found.producer, late.producer].map((node) => (node ? order.indexOf(node) : -1))
    expect(at).toBeLessThan(anchor ?? -1)
    expect(() => shapeTensor(early, [late.dims[1] ?? 0])).toThrow('No tensor in sight has the size u0')
    expect(first.isUsed).toBe(false)
  })

  it('reads sizes that only the data decides from the tensor that has them', async () => {
    const { results } = await evaluate(
      (b, [x]) => {
        const found = b.nonZero(x ?? b.int64s([]))
        return shapeTensor(b, [add(found.dims[1] ?? 0, 1)])
      },
      [{ dtype: 'int64', dims: [4], data: [0, 3, 5, 0] }],
    )
    expect(results[0]?.data).toEqual([3])
  })

  it('looks again when the tensor that had a size is gone', () => {
    const { model, b, x } = modelOf(['N', 'M'])
    const found = b.nonZero(x)
    const copy = b.relu(b.cast(found, { to: 1 }))
    const size = found.dims[1] ?? 0
    shapeTensor(b, [size])
    for (const node of [...found.users].filter(({ op }) => op === 'Shape')) model.graph.remove(node)
    const other = model.graph.addInput('other', found.type)
    found.replaceUsesWith(other)
    if (found.producer) model.graph.remove(found.producer)
    expect(shapeTensor(b, [add(size, 1)]).content).toEqual([add(size, 1)])
    expect(copy.dims[1]).toBe(size)
  })

  it('spells INT64_MAX for what stands for "to the end"', () => {
    const { b } = modelOf(['N'])
    const value = shapeTensor(b, [2 ** 63])
    expect(value.tensor?.bytes()).toEqual(new Uint8Array([255, 255, 255, 255, 255, 255, 255, 127]))
  })
})

describe('sizeScalar', () => {
  it('gives a size without dims', async () => {
    const { results } = await evaluate((b, v) => sizeScalar(b, mul(sizesOf(v)[0], 2)), [zeros([7, 3])], {
      symbolic: [[0]],
    })
    expect(results[0]).toMatchObject({ dims: [], data: [14] })
  })
})

describe('sizeOf', () => {
  it('gives an integer that the data decides a symbol, which its value carries', async () => {
    const { results } = await evaluate(
      (b, [x]) => {
        const count = b.reduceSum(x ?? b.int64s([]), { keepdims: 0 })
        const size = composites.sizeOf(b, count)
        return expandTo(b, b.scalar('float32', 1), [size, 2])
      },
      [{ dtype: 'int64', dims: [3], data: [1, 0, 2] }],
    )
    expect(results[0]?.dims).toEqual([3, 2])
  })
})

describe('reshapeTo', () => {
  it('leaves a reshape out that changes nothing', () => {
    const { b, x } = modelOf(['N', 4])
    expect(reshapeTo(b, x, x.dims)).toBe(x)
  })

  const shapes: readonly (readonly [string, (dims: readonly Dim[]) => readonly Dim[], string])[] = [
    ['copies sizes that keep their place', ([n = 0]) => [n, 4, 6], '0,4,6'],
    ['leaves one size to the runtime', ([n = 0]) => [mul(n, 4), 6], '-1,6'],
    ['does both', ([n = 0, , h = 0]) => [n, mul(h, 4), 6], '0,-1,6'],
  ]
  it.each(shapes)('%s', (_, to, written) => {
    const { model, b, x } = modelOf(['N', 4, 'H', 6])
    const source = written === '0,4,6' || written === '-1,6' ? b.reduceMax(x, { axes: b.int64s([2]) }) : x
    const dims = to(x.dims)
    const y = reshapeTo(b, source, dims)
    expect(y.dims).toEqual(dims)
    expect(y.producer?.inputs[1]?.content?.join()).toBe(written)
    expect(operators(model)).not.toContain('Shape')
  })

  it('computes what can be neither copied nor left out', async () => {
    const { results } = await evaluate(
      (b, v) => {
        const [n, m] = sizesOf(v)
        return v[0] ? reshapeTo(b, v[0], [m, n, 2]) : []
      },
      [zeros([2, 3, 2])],
      { symbolic: [[0, 1]] },
    )
    expect(results[0]?.dims).toEqual([3, 2, 2])
  })

  it('is right for empty tensors too', async () => {
    const { results } = await evaluate(
      (b, [x]) => {
        const found = b.nonZero(x ?? b.int64s([]))
        return reshapeTo(b, found, [found.dims[1] ?? 0, 2])
      },
      [{ dtype: 'int64', dims: [2, 2], data: [0, 0, 0, 0] }],
    )
    expect(results[0]?.dims).toEqual([0, 2])
  })
})

describe('expandTo', () => {
  it('asks only for sizes that are not there', () => {
    const { model, b, x, sizes } = modelOf(['N', 1, 4])
    const y = expandTo(b, x, [sizes[0] ?? 0, 5, 4])
    expect(y.dims).toEqual([sizes[0], 5, 4])
    expect(operators(model)).toEqual(['Expand'])
  })
})
