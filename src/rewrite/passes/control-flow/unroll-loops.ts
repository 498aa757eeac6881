import {
  type Builder,
  createBuilder,
  type Dim,
  type DType,
  elementCount,
  type Graph,
  inferNode,
  MemoryTensor,
  type Model,
  type Node,
  schemaOf,
  tensorOf,
  type Value,
} from '../../../graph/index.ts'
import type { Pass } from '../../pass.ts'
import { Replacement } from '../../replacement.ts'
import { inlineBody } from './inline-body.ts'
import { type LoopView, loopView, tripCount } from './loop-view.ts'

/** Nodes that the iterations of a loop may become: more are worth their room only in a loop that runs once. */
const MOST_NODES = 48

/**
 * Writes a Loop out whose number of iterations is known: none, one, or a few of a small body. Each is then inferred and folded
 * on its own.
 */
export const unrollLoops: Pass = {
  name: 'unroll-loops',
  level: 'basic',
  operators: [['Loop']],
  run(model) {
    const replacement = new Replacement(model)
    let unrolled = 0
    for (const node of model.graph.allNodes()) {
      replacement.follow(node)
      const view = node.outputs.some((output) => output.isUsed) ? loopView(node) : undefined
      if (view && unroll(model, node, view, replacement)) unrolled++
    }
    replacement.finish()
    return { loop: unrolled }
  },
}

function unroll(model: Model, node: Node, view: LoopView, replacement: Replacement): boolean {
  const count = tripCount(node, view)
  if (count === undefined || !isStackable(view, count)) return false
  if (count > 1 && (count * view.body.countAllNodes() > MOST_NODES || readsWeights(view.body))) return false
  const b = createBuilder(model, { graph: node.graph, before: node })
  b.origin = node.origin
  let states: readonly Value[] = view.carried.map(({ initial }) => initial)
  const elements: (readonly Value[])[] = []
  for (let iteration = 0; iteration < count; iteration++) {
    const results = iterationOf({ model, node, view, b }, iteration, states)
    states = results.slice(0, states.length)
    elements.push(results.slice(states.length))
  }
  view.carried.forEach(({ final }, index) => {
    const state = states[index]
    if (final && state) replacement.replace(final, state)
  })
  view.scanned.forEach(({ element, stacked }, index) => {
    if (!stacked?.isUsed) return
    const parts = elements.map((results) => results[index]).filter((part) => part !== undefined)
    replacement.replace(stacked, stack(b, parts, element))
  })
  return true
}

/** Shape arithmetic has no longer constants. */
const LONGEST_CONSTANT = 64

/** A weight that several iterations' nodes read would no longer fuse with what follows them. */
function readsWeights(body: Graph): boolean {
  for (const { inputs } of body.allNodes())
    for (const input of inputs)
      if (input?.tensor && elementCount(input.tensor.dims) > LONGEST_CONSTANT) return true
  return false
}

/** Of no iteration at all, a stack is empty: its dims have to be known. */
const isStackable = ({ scanned }: LoopView, count: number): boolean =>
  scanned.every(({ element, stacked }) => {
    if (!stacked?.isUsed) return true
    const { type } = element
    return (
      type?.kind === 'tensor' &&
      (count > 0 || emptyDims(type.dims) !== undefined) &&
      (count > 0 || type.dtype !== 'string')
    )
  })

interface Unrolling {
  readonly model: Model
  readonly node: Node
  readonly view: LoopView
  readonly b: Builder
}

/** Copies the body once. Its types are inferred afresh: sizes that only the data decides differ from iteration to iteration. */
function iterationOf(
  { model, node, view, b }: Unrolling,
  iteration: number,
  states: readonly Value[],
): readonly Value[] {
  const seen = new Map<Value, Value>([
    [view.iteration, b.constant(like(view.iteration, 'int64', iteration))],
    [view.condition, b.constant(like(view.condition, 'bool', 1))],
  ])
  view.carried.forEach(({ input }, index) => {
    const state = states[index]
    if (state) seen.set(input, state)
  })
  const { nodes, outputs } = inlineBody(model, view.body, node, seen)
  for (const copy of nodes) {
    if (!schemaOf(copy.op, copy.domain)) continue
    for (const output of copy.outputs) {
      output.type = undefined
      output.content = undefined
    }
    inferNode(model, copy)
  }
  return outputs.slice(1)
}

/** Files write the counter and the condition as scalars or with one element. */
function like(value: Value, dtype: DType, number: number): ReturnType<typeof tensorOf> {
  const rank = value.type?.kind === 'tensor' ? (value.type.dims?.length ?? 0) : 0
  return tensorOf(
    dtype,
    Array.from({ length: rank }, () => 1),
    [number],
  )
}

function stack(b: Builder, parts: readonly Value[], element: Value): Value {
  const [first] = parts
  const type = element.type?.kind === 'tensor' ? element.type : undefined
  if (!first)
    return b.constant(
      new MemoryTensor(type?.dtype ?? 'float32', emptyDims(type?.dims) ?? [0], new Uint8Array(0)),
    )
  const rows = parts.map((part) => b.unsqueeze(part, b.int64s([0])))
  return rows.length === 1 && rows[0] ? rows[0] : b.concat(rows, { axis: 0 })
}

const emptyDims = (dims: readonly Dim[] | undefined): number[] | undefined =>
  dims?.every((dim) => typeof dim === 'number') ? [0, ...dims] : undefined
