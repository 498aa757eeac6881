import { knownIntegers, type Model, type Node } from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { isSameDims, knownDims } from '../../../match/types.ts'
import { soleUser } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'

const RESHAPING: ReadonlySet<string> = new Set(['Squeeze', 'Unsqueeze', 'Reshape', 'Flatten'])

/** Reductions with `keepdims`, and whether their axes are an input or an attribute. */
const REDUCTIONS: { readonly [op: string]: 'input' | 'attribute' } = {
  ArgMax: 'attribute',
  ArgMin: 'attribute',
  ReduceL1: 'input',
  ReduceL2: 'input',
  ReduceLogSum: 'input',
  ReduceLogSumExp: 'input',
  ReduceMax: 'input',
  ReduceMean: 'input',
  ReduceMin: 'input',
  ReduceProd: 'input',
  ReduceSum: 'input',
  ReduceSumSquare: 'input',
}

/**
 * A reduction that keeps its axes with 1 and the Squeeze, Flatten or Reshape that takes them out again, and one that drops
 * them and the Unsqueeze or Reshape that puts them back, are one node: `keepdims` says which.
 */
export const mergeReductions: Pass = {
  name: 'merge-reductions',
  level: 'basic',
  operators: [Object.keys(REDUCTIONS), [...RESHAPING]],
  run(model) {
    let merged = 0
    for (const node of model.graph.allNodes())
      if (RESHAPING.has(node.op) && node.domain === '' && node.output.isUsed && merge(model, node)) merged++
    return { node: merged }
  },
}

function merge(model: Model, node: Node): boolean {
  const reduction = node.input(0).producer
  if (reduction?.domain !== '' || reduction.graph !== node.graph) return false
  const kind = REDUCTIONS[reduction.op]
  if (!kind || soleUser(reduction.output) !== node || !isToggled(reduction, node, kind)) return false
  const b = builderAt(model, node)
  const attributes = new Map(reduction.attributes)
  const keeps = reduction.attribute('keepdims', 'int') ?? 1
  attributes.set('keepdims', { type: 'int', value: 1 - keeps })
  const { op, name, origin, inputs } = reduction
  const { name: output, type } = node.output
  const made = b.insert({ op, name, origin, inputs, attributes, outputs: [{ name: output, type }] })
  return replaced(node.output, made.output)
}

/** Whether the dims behind `node` are those that the reduction would have with `keepdims` the other way. */
function isToggled(reduction: Node, node: Node, kind: 'input' | 'attribute'): boolean {
  const [from, to] = [knownDims(reduction.input(0)), knownDims(node.output)]
  const axes = from && axesOf(reduction, kind, from.length)
  if (!from || !to || !axes) return false
  const keeps = (reduction.attribute('keepdims', 'int') ?? 1) === 1
  const toggled = keeps
    ? from.filter((_, axis) => !axes.includes(axis))
    : from.map((dim, axis) => (axes.includes(axis) ? 1 : dim))
  return isSameDims(toggled, to)
}

function axesOf(node: Node, kind: 'input' | 'attribute', rank: number): readonly number[] | undefined {
  if (kind === 'input' && !node.inputs[1])
    return node.attribute('noop_with_empty_axes', 'int') === 1
      ? undefined
      : Array.from({ length: rank }, (_, axis) => axis)
  const axes = kind === 'input' ? knownIntegers(node.input(1)) : [node.attribute('axis', 'int') ?? 0]
  if (!axes?.every((axis) => typeof axis === 'number') || axes.length === 0) return undefined
  return axes.map((axis) => (axis < 0 ? axis + rank : axis))
}
