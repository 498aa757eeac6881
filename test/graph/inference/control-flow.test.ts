import { describe, expect, it } from 'vitest'
import {
  type Builder,
  createBuilder,
  type Dim,
  dimName,
  Graph,
  inferGraph,
  Model,
  tensorOf,
  tensorType,
  typeText,
  type Value,
  type ValueType,
} from '../../../src/graph/index.ts'

interface Setting {
  readonly model: Model
  readonly b: Builder
  readonly x: Value
  readonly n: Dim
}

function setting(): Setting {
  const model = new Model()
  const n = model.dynamicDim('N')
  const x = model.graph.addInput('x', tensorType('float32', [n, 3]))
  return { model, b: createBuilder(model), x, n }
}

/** A subgraph whose results are built by `fill`. */
function body(
  { model, b }: Setting,
  inputs: readonly (readonly [string, ValueType | undefined])[],
  fill: (inner: Builder, inputs: readonly Value[]) => readonly Value[],
): Graph {
  const graph = new Graph('body')
  const values = inputs.map(([name, type]) => graph.addInput(name, type))
  const inner = createBuilder(model, { graph, outer: b.at })
  fill(inner, values).forEach((value, index) => {
    graph.addOutput(`y${index}`, value)
  })
  return graph
}

const types = (values: readonly Value[]): string[] => values.map(({ type }) => typeText(type))
const at = (values: readonly Value[], index: number): Value => {
  const value = values[index]
  if (!value) throw new Error(`value ${index} is missing`)
  return value
}
const int = tensorType('int64', [])
const bool = tensorType('bool', [])

describe('If', () => {
  const branches = (s: Setting, yes: (b: Builder) => Value, no: (b: Builder) => Value) => ({
    then_branch: body(s, [], (b) => [yes(b)]),
    else_branch: body(s, [], (b) => [no(b)]),
  })
  const condition = ({ b, x }: Setting) => b.greater(b.reduceMax(x, { keepdims: 0 }), b.scalar('float32', 0))

  it('keeps the dims that both branches give, and leaves to the data what differs', () => {
    const s = setting()
    const arms = branches(
      s,
      (b) => b.concat([s.x, s.x], { axis: 1 }),
      (b) => b.relu(s.x),
    )
    expect(types(s.b.if(condition(s), arms))).toEqual(['float32[N, u0]'])
  })

  it('knows no rank when the branches differ in it', () => {
    const s = setting()
    const arms = branches(
      s,
      (b) => b.reduceMax(s.x, { keepdims: 0 }),
      (b) => b.relu(s.x),
    )
    expect(types(s.b.if(condition(s), arms))).toEqual(['float32[…]'])
  })

  it('takes the branch that a known condition takes', () => {
    const s = setting()
    const arms = branches(
      s,
      (b) => b.reduceMax(s.x, { keepdims: 0 }),
      (b) => b.relu(s.x),
    )
    expect(types(s.b.if(s.b.scalar('bool', 0), arms))).toEqual(['float32[N, 3]'])
  })

  it('does not let sizes out that a branch decides', () => {
    const s = setting()
    const arms = branches(
      s,
      (b) => b.nonZero(s.x),
      (b) => b.nonZero(s.x),
    )
    const [found] = s.b.if(condition(s), arms)
    const inside = [...arms.then_branch.nodes()].at(-1)?.output
    expect(found?.dims[0]).toBe(2)
    expect(found?.dims[1]).not.toBe(inside?.dims[1])
  })

  it('refuses branches of different element types', () => {
    const s = setting()
    const arms = branches(
      s,
      (b) => b.nonZero(s.x),
      (b) => b.relu(s.x),
    )
    expect(() => s.b.if(condition(s), arms)).toThrow('one result is int64')
  })
})

describe('Loop', () => {
  const head = [
    ['i', int],
    ['go', bool],
  ] as const

  it('keeps dims that the body keeps, and stacks its other results', () => {
    const s = setting()
    const loop = body(s, [...head, ['h', tensorType('float32', [s.n, 3])]], (b, v) => {
      const next = b.relu(at(v, 2))
      return [at(v, 1), next, b.reduceMax(next, { axes: b.int64s([1]), keepdims: 0 })]
    })
    const results = s.b.loop([s.x], { M: s.b.scalar('int64', 7), body: loop })
    expect(types(results)).toEqual(['float32[N, 3]', 'float32[7, N]'])
  })

  it('leaves to the data what grows from iteration to iteration', () => {
    const s = setting()
    const loop = body(s, [...head, ['h', undefined]], (b, v) => {
      const carried = at(v, 2)
      carried.type ??= tensorType('float32', [s.n, 3])
      return [at(v, 1), b.concat([carried, s.x], { axis: 0 })]
    })
    const [grown] = s.b.loop([s.x], { M: s.b.scalar('int64', 7), body: loop })
    expect(typeText(grown?.type)).toMatch(/^float32\[u\d+, 3\]$/)
    expect(dimName(loop.inputs[2]?.dims[0] ?? 0)).toMatch(/^u\d+$/)
    expect(grown?.dims[0]).not.toBe(loop.inputs[2]?.dims[0])
  })

  it('knows no rank of what one turn reshapes, nor of what is made of it, in the branches of the body too', () => {
    const s = setting()
    const loop = body(s, [...head, ['h', undefined]], (b, v) => {
      const carried = at(v, 2)
      carried.type ??= tensorType('float32', [s.n, 3])
      const branch = (fill: (i: Builder) => Value): Graph => {
        const graph = new Graph('branch')
        graph.addOutput('y', fill(createBuilder(s.model, { graph, outer: b.at })))
        return graph
      }
      const [next] = b.if(b.greater(at(v, 0), b.scalar('int64', 0)), {
        then_branch: branch((i) => i.cast(i.shape(carried), { to: 1 })),
        else_branch: branch((i) => i.relu(carried)),
      })
      return [at(v, 1), next ?? carried, b.relu(next ?? carried)]
    })
    const results = s.b.loop([s.x], { M: s.b.scalar('int64', 7), body: loop })
    expect(types(results)).toEqual(['float32[…]', 'float32[…]'])
    const made = [...loop.allNodes()].filter(({ op }) => op === 'Shape' || op === 'Relu')
    expect(types(made.map(({ output }) => output))).toEqual(['float32[…]', 'int64[…]', 'float32[…]'])
  })

  it('counts no iterations that the condition may cut short', () => {
    const s = setting()
    const loop = body(s, head, (b, v) => [b.less(at(v, 0), b.scalar('int64', 3)), b.relu(s.x)])
    const results = s.b.loop([], { M: s.b.scalar('int64', 7), body: loop })
    expect(types(results)).toEqual(['float32[u0, N, 3]'])
    expect(s.model.facts.get('u0')).toEqual({ min: 0, max: 7 })
  })

  it('takes the number of iterations from a size', () => {
    const s = setting()
    const loop = body(s, head, (_, v) => [at(v, 1), at(v, 0)])
    const count = s.b.squeeze(s.b.shape(s.x, { end: 1 }), { axes: s.b.int64s([0]) })
    expect(types(s.b.loop([], { M: count, body: loop }))).toEqual(['int64[N]'])
  })
})

describe('Scan', () => {
  it('slices along an axis and stacks along one', () => {
    const s = setting()
    const scan = body(
      s,
      [
        ['h', tensorType('float32', [3])],
        ['e', undefined],
      ],
      (b, v) => {
        const element = at(v, 1)
        element.type ??= tensorType('float32', [3])
        const sum = b.add(at(v, 0), element)
        return [sum, b.unsqueeze(sum, b.int64s([0]))]
      },
    )
    const start = s.b.constant(tensorOf('float32', [3], [0, 0, 0]))
    const results = s.b.scan([start, s.x], { num_scan_inputs: 1, scan_output_axes: [-1], body: scan })
    expect(types(results)).toEqual(['float32[3]', 'float32[1, 3, N]'])
  })
})

describe('inferring a graph again', () => {
  it('keeps the symbols of sizes that only the data decides', () => {
    const { model, b, x } = setting()
    const found = b.nonZero(x)
    const kept = b.gather(x, b.squeeze(b.slice(found, b.int64s([0]), b.int64s([1])), { axes: b.int64s([0]) }))
    const [u, rows] = [found.dims[1], kept.dims[0]]
    for (let round = 0; round < 3; round++) inferGraph(model)
    expect([found.dims[1], kept.dims[0]]).toEqual([u, rows])
    expect([...model.unbacked]).toEqual(['u0'])
    expect([...model.facts.keys()]).toEqual(['N', 'u0'])
  })

  it('gives two nodes two symbols, though a copied node starts with those of its original', () => {
    const { model, b, x } = setting()
    const found = b.nonZero(x)
    const copy = model.graph.append({
      op: 'NonZero',
      inputs: [b.relu(x)],
      outputs: [{ type: found.type }],
    })
    inferGraph(model)
    expect(copy.output.dims[1]).not.toBe(found.dims[1])
  })

  it('keeps the symbols inside of loop bodies', () => {
    const s = setting()
    const loop = body(
      s,
      [
        ['i', int],
        ['go', bool],
        ['h', tensorType('float32', [s.n, 3])],
      ],
      (b, v) => [at(v, 1), b.concat([at(v, 2), s.x], { axis: 0 })],
    )
    const [grown] = s.b.loop([s.x], { M: s.b.scalar('int64', 7), body: loop })
    const before = [grown?.dims[0], loop.inputs[2]?.dims[0]]
    inferGraph(s.model)
    expect([grown?.dims[0], loop.inputs[2]?.dims[0]]).toEqual(before)
  })
})
