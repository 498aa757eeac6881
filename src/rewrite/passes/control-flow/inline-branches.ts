import {
  createBuilder,
  type DType,
  type Graph,
  knownIntegers,
  type Model,
  type Node,
  type Value,
} from '../../../graph/index.ts'
import { isSameType } from '../../match/types.ts'
import { producerOf } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'
import { Replacement } from '../../replacement.ts'
import { inlineBody } from './inline-body.ts'

/**
 * Puts the branch of an If that is taken in its place, where inference knows the condition. What both branches return is what
 * the If gives; where they only choose between two values of one shape, the choice is a Where.
 */
export const inlineBranches: Pass = {
  name: 'inline-branches',
  level: 'basic',
  operators: [['If']],
  run(model) {
    const replacement = new Replacement(model)
    let changed = 0
    const visit = (nodes: Iterable<Node>): void => {
      for (const node of nodes) {
        replacement.follow(node)
        if (node.op === 'If' && node.domain === '' && node.outputs.some((output) => output.isUsed)) {
          const inlined = inlineIf(model, node, replacement)
          if (inlined) changed++
          if (inlined) visit(inlined)
        }
        for (const subgraph of node.subgraphs) visit(subgraph.nodes())
      }
    }
    visit(model.graph.nodes())
    replacement.finish()
    return { condition: changed }
  },
}

/** @returns the nodes that stand in the If's place; undefined when it stays as it was. */
function inlineIf(model: Model, node: Node, replacement: Replacement): readonly Node[] | undefined {
  const branches = branchesOf(node)
  if (!branches) return undefined
  const condition = knownIntegers(node.input(0))?.[0]
  if (typeof condition === 'number') {
    const taken = condition === 0 ? branches.no : branches.yes
    const { nodes, outputs } = inlineBody(model, taken, node, new Map())
    node.outputs.forEach((output, index) => {
      const result = outputs[index]
      if (result) replacement.replace(output, result)
    })
    return nodes
  }
  const isChanged = [swapNegated(node, branches), chooseResults(model, node, branches, replacement)].includes(
    true,
  )
  return isChanged ? [] : undefined
}

interface Branches {
  readonly yes: Graph
  readonly no: Graph
}

function branchesOf(node: Node): Branches | undefined {
  const [yes, no] = [node.attribute('then_branch', 'graph'), node.attribute('else_branch', 'graph')]
  return yes && no ? { yes, no } : undefined
}

/** `not c ? a : b` is `c ? b : a`. */
function swapNegated(node: Node, { yes, no }: Branches): boolean {
  const not = producerOf(node.input(0), 'Not')
  if (!not) return false
  node.setInput(0, not.input(0))
  node.setAttribute('then_branch', { type: 'graph', value: no })
  node.setAttribute('else_branch', { type: 'graph', value: yes })
  return true
}

/** Results that both branches take from outside of them. */
function chooseResults(model: Model, node: Node, branches: Branches, replacement: Replacement): boolean {
  let changed = false
  node.outputs.forEach((output, index) => {
    const [yes, no] = [branches.yes, branches.no].map((branch) => {
      const value = branch.outputs[index]?.value
      return value?.graph === branch ? undefined : value
    })
    const chosen = output.isUsed && yes && no ? choice(model, node, yes, no) : undefined
    if (!chosen) return
    replacement.replace(output, chosen)
    changed = true
  })
  return changed
}

/** What onnxruntime's Where takes on every provider. */
const CHOSEN: ReadonlySet<DType> = new Set(['float32', 'int32', 'int64', 'uint8'])

function choice(model: Model, node: Node, yes: Value, no: Value): Value | undefined {
  if (yes === no) return yes
  const condition = node.input(0)
  const { type } = yes
  if (!isSameType(yes, no) || type?.kind !== 'tensor' || !CHOSEN.has(type.dtype)) return undefined
  // A condition of one element would raise the rank of a scalar.
  const rank = condition.type?.kind === 'tensor' ? condition.type.dims?.length : undefined
  if (rank === undefined || rank > (type.dims?.length ?? 0)) return undefined
  const b = createBuilder(model, { graph: node.graph, before: node })
  b.origin = node.origin
  return b.where(condition, yes, no)
}
