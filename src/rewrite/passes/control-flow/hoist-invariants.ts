import {
  copyNode,
  createBuilder,
  type Graph,
  isFloat,
  type Model,
  type Node,
  schemaOf,
  type Value,
} from '../../../graph/index.ts'
import type { Pass } from '../../pass.ts'
import { loopView, tripCount } from './loop-view.ts'

/**
 * Computes before a Loop or a Scan what is the same in every iteration. A loop that may not run at all must not fail by it: of
 * its body only operators move that no input makes fail.
 */
export const hoistInvariants: Pass = {
  name: 'hoist-invariants',
  level: 'basic',
  operators: [['Loop', 'Scan']],
  run(model) {
    let hoisted = 0
    for (const node of model.graph.allNodes()) {
      const body = node.domain === '' && LOOPS.has(node.op) ? node.attribute('body', 'graph') : undefined
      if (body) hoisted += hoist(model, node, body)
    }
    return { node: hoisted }
  },
}

const LOOPS: ReadonlySet<string> = new Set(['Loop', 'Scan'])

function hoist(model: Model, loop: Node, body: Graph): number {
  const runs = runsSurely(loop)
  let hoisted = 0
  for (const node of body.nodes()) {
    if (!node.outputs.some((output) => output.isUsed) || !isInvariant(node, body)) continue
    if (!runs && !cannotFail(node)) continue
    move(model, node, loop)
    hoisted++
  }
  return hoisted
}

function move(model: Model, node: Node, loop: Node): void {
  const b = createBuilder(model, { graph: loop.graph, before: loop })
  const seen = new Map<Value, Value>()
  for (const input of node.inputs)
    if (input?.tensor && input.graph === node.graph) seen.set(input, b.constant(input.tensor, input.name))
  const copy = copyNode(node, loop, seen)
  node.outputs.forEach((output, index) => {
    const twin = copy.outputs[index]
    if (twin) output.replaceUsesWith(twin)
  })
}

function runsSurely(loop: Node): boolean {
  if (loop.op === 'Scan') return false
  const view = loopView(loop)
  const count = view && tripCount(loop, view)
  return count !== undefined && count > 0
}

function isInvariant(node: Node, body: Graph): boolean {
  const schema = schemaOf(node.op, node.domain)
  if (!schema || schema.impure || node.op === 'Dropout' || node.subgraphs.length > 0) return false
  return node.inputs.every((input) => input?.graph !== body || input.isConstant)
}

/** Whatever they are given, they give something. */
const NEVER_FAIL: ReadonlySet<string> = new Set([
  'Abs',
  'Cast',
  'CastLike',
  'Ceil',
  'Cos',
  'Erf',
  'Exp',
  'Floor',
  'Identity',
  'IsInf',
  'IsNaN',
  'Log',
  'Neg',
  'Not',
  'Reciprocal',
  'Relu',
  'Round',
  'Shape',
  'Sigmoid',
  'Sign',
  'Sin',
  'Size',
  'Softmax',
  'Sqrt',
  'Tanh',
  'Transpose',
])

/** Nor do these, of dims that are numbers and have been found to fit. */
const FIT_ONCE: ReadonlySet<string> = new Set([
  'Add',
  'And',
  'Concat',
  'Conv',
  'Div',
  'Equal',
  'Gemm',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'MatMul',
  'Max',
  'Min',
  'Mul',
  'Or',
  'Pow',
  'Sub',
  'Sum',
  'Where',
])

function cannotFail(node: Node): boolean {
  if (node.domain !== '') return false
  if (NEVER_FAIL.has(node.op)) return true
  if (!FIT_ONCE.has(node.op)) return false
  return node.inputs.every((input) => !input || hasFixedDims(input, node.op === 'Div'))
}

/** Whole numbers cannot be divided by 0. */
function hasFixedDims({ type }: Value, mustBeFloat: boolean): boolean {
  if (type?.kind !== 'tensor' || !type.dims?.every((dim) => typeof dim === 'number')) return false
  return !mustBeFloat || isFloat(type.dtype)
}
