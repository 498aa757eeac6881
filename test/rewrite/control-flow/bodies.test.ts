import { describe, expect, it } from 'vitest'
import {
  type Builder,
  type Graph,
  type Model,
  type Node,
  tensorType,
  type Value,
} from '../../../src/graph/index.ts'
import { bodyOf, rewritten } from '../rewritten.ts'
import { weights } from '../small-models.ts'
import { bool, controlled, feeds, int } from './models.ts'

/** A Loop over several carried values, which runs `n` times. */
function loop(
  b: Builder,
  n: Value,
  initials: readonly Value[],
  step: (b: Builder, carried: readonly Value[], i: Value) => readonly Value[],
): readonly Value[] {
  const body = bodyOf(b, (inner, graph: Graph) => {
    const i = graph.addInput('i', int)
    const go = graph.addInput('go', bool)
    const carried = initials.map((initial, index) => graph.addInput(`h${index}`, initial.type))
    return [go, ...step(inner, carried, i)]
  })
  return b.loop([...initials], { M: n, body })
}

const at = (values: readonly Value[], index: number): Value => {
  const value = values[index]
  if (!value) throw new Error(`value ${index} is missing`)
  return value
}

function only(model: Model, op: string): Node {
  const [node, more] = [...model.graph.allNodes()].filter((each) => each.op === op)
  if (!node || more) throw new Error(`there is not one ${op}`)
  return node
}

const bodyOps = (node: Node): readonly string[] =>
  node.subgraphs.flatMap((graph) => [...graph.nodes()].map(({ op }) => op))

describe('trim-bodies', () => {
  it('drops results of an If that nobody reads', async () => {
    const model = controlled((b, { x, c }) => {
      const [, kept] = b.if(c, {
        then_branch: bodyOf(b, (i) => [i.exp(x), i.sin(x), i.neg(x)]),
        else_branch: bodyOf(b, (i) => [i.cos(x), i.tanh(x), i.abs(x)]),
      })
      return at([kept ?? x], 0)
    })
    const node = only(await rewritten(model, { feeds }), 'If')
    expect(node.outputs).toHaveLength(1)
    expect([...bodyOps(node)].sort()).toEqual(['Sin', 'Tanh'])
  })

  it('drops what a Loop stacks and hands on for nobody, with all that only serves it', async () => {
    const model = controlled((b, { x, n }) => {
      const count = b.scalar('int64', 1)
      const results = loop(b, n, [count, x, b.neg(x)], (i, [steps, h, own]) => {
        const doubled = i.mul(at([own ?? x], 0), i.add(at([own ?? x], 0), i.scalar('float32', 1)))
        return [
          i.add(at([steps ?? count], 0), i.scalar('int64', 2)),
          i.sin(at([h ?? x], 0)),
          doubled,
          i.exp(at([h ?? x], 0)),
        ]
      })
      return at(results, 1)
    })
    const node = only(await rewritten(model, { feeds }), 'Loop')
    expect([node.inputs.length, node.outputs.length]).toEqual([3, 1])
    expect(bodyOps(node)).toEqual(['Sin'])
  })

  it('keeps what another value of the next iteration is made of', async () => {
    const model = controlled((b, { x, n }) => {
      const results = loop(b, n, [b.scalar('float32', 1), x], (i, [scale, h]) => [
        i.mul(at([scale ?? x], 0), i.scalar('float32', 0.5)),
        i.mul(at([h ?? x], 0), at([scale ?? x], 0)),
      ])
      return at(results, 1)
    })
    expect(only(await rewritten(model, { feeds }), 'Loop').outputs).toHaveLength(2)
  })

  it('reads from outside what a Loop hands on unchanged', async () => {
    const model = controlled((b, { x, n }) => {
      const y = b.exp(x)
      const results = loop(b, n, [y, x], (i, [same, h]) => [
        i.identity(at([same ?? y], 0)),
        i.add(at([h ?? x], 0), at([same ?? y], 0)),
      ])
      return [at(results, 0), at(results, 1)]
    })
    const node = only(await rewritten(model, { feeds }), 'Loop')
    expect([node.inputs.length, node.outputs.length]).toEqual([3, 1])
  })

  it('drops what a Scan stacks for nobody, with its axis', async () => {
    const model = controlled((b, { x }) => {
      const body = bodyOf(b, (i, graph) => {
        const sum = graph.addInput('sum', tensorType('float32', []))
        const column = graph.addInput('column', tensorType('float32', [x.dims[0] ?? 1]))
        return [i.add(sum, i.reduceSum(column, { keepdims: 0 })), i.exp(column), i.sin(column)]
      })
      const attributes = { num_scan_inputs: 1, scan_input_axes: [1], scan_output_axes: [0, 1], body }
      const results = b.scan([b.reduceMax(x, { keepdims: 0 }), x], attributes)
      return [at(results, 0), at(results, 2)]
    })
    const node = only(await rewritten(model, { feeds }), 'Scan')
    expect(node.attribute('scan_output_axes', 'ints')).toEqual([1])
    expect(bodyOps(node)).not.toContain('Exp')
  })
})

describe('hoist-invariants', () => {
  const stepOf = (rule: (b: Builder, h: Value) => Value) => (b: Builder, n: Value, x: Value) =>
    at(
      loop(b, n, [x], (i, [h]) => [rule(i, at([h ?? x], 0))]),
      0,
    )

  it('computes before the loop what no iteration changes', async () => {
    const model = controlled((b, { x, n }) => stepOf((i, h) => i.mul(h, i.sigmoid(i.exp(i.neg(x)))))(b, n, x))
    const hoisted = await rewritten(model, { feeds })
    expect(bodyOps(only(hoisted, 'Loop'))).toEqual(['Mul'])
  })

  it('takes a constant of the body along, where the loop surely runs or all dims are fixed', async () => {
    const scaled = (i: Builder, h: Value, v: Value) =>
      i.add(h, i.mul(v, i.graph.addInitializer(weights([4]), 'table')))
    const surely = controlled((b, { x }) => stepOf((i, h) => scaled(i, h, x))(b, b.scalar('int64', 60), x))
    expect(bodyOps(only(await rewritten(surely, { feeds }), 'Loop'))).toEqual(['Add'])
    const fixed = controlled((b, { x, n }) => {
      const sums = b.reduceSum(x, { axes: b.int64s([0]) })
      return stepOf((i, h) => scaled(i, h, sums))(b, n, x)
    })
    expect(bodyOps(only(await rewritten(fixed, { feeds }), 'Loop'))).toEqual(['Add'])
    const open = controlled((b, { x, n }) => stepOf((i, h) => scaled(i, h, x))(b, n, x))
    expect(bodyOps(only(await rewritten(open, { feeds }), 'Loop'))).toContain('Mul')
  })

  it('moves what might fail only out of a loop that surely runs', async () => {
    const rule = (i: Builder, h: Value, n: Value) => {
      const rows = i.unsqueeze(i.add(n, i.scalar('int64', 1)), i.int64s([0]))
      return i.add(h, i.reduceSum(i.expand(i.scalar('float32', 2), rows), { keepdims: 0 }))
    }
    const maybe = controlled((b, { x, n }) => stepOf((i, h) => rule(i, h, n))(b, n, x))
    expect(bodyOps(only(await rewritten(maybe, { feeds }), 'Loop'))).toContain('Expand')
    const surely = controlled((b, { x, n }) => stepOf((i, h) => rule(i, h, n))(b, b.scalar('int64', 60), x))
    expect(bodyOps(only(await rewritten(surely, { feeds }), 'Loop'))).toEqual(['Add'])
  })

  it('leaves draws in the loop', async () => {
    const model = controlled((b, { x, n }) =>
      stepOf((i, h) => i.add(h, i.mul(i.randomNormalLike(x, { seed: 1 }), i.scalar('float32', 0))))(b, n, x),
    )
    expect(bodyOps(only(await rewritten(model, { feeds }), 'Loop'))).toContain('RandomNormalLike')
  })
})
