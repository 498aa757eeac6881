import { type Model, type Node, tensorOf, type Value } from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { producerOf } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'
import { type Cuts, cutsOf } from './slice-cuts.ts'

/** A Slice of another one, along other axes, cuts those too: `x[:, 1:][:, :, ::2]`. Not where that is read otherwise. */
export const mergeSlices: Pass = {
  name: 'merge-slices',
  level: 'basic',
  operators: [['Slice']],
  run(model) {
    let merged = 0
    for (const node of model.graph.allNodes())
      if (node.op === 'Slice' && node.domain === '' && node.output.isUsed && merge(model, node)) merged++
    return { node: merged }
  },
}

function merge(model: Model, node: Node): boolean {
  const first = producerOf(node.input(0), 'Slice', node)
  if (!first || !isOnlyCut(first)) return false
  const [one, two] = [cutsOf(first), cutsOf(node)]
  if (!one || !two || two.axes.some((axis) => one.axes.includes(axis))) return false
  const b = builderAt(model, node)
  const list = (key: keyof Cuts): Value => {
    const values = [...one[key], ...two[key]]
    return b.constant(tensorOf('int64', [values.length], values))
  }
  const steps = [...one.steps, ...two.steps].every((step) => step === 1n) ? undefined : list('steps')
  const options = { axes: list('axes'), steps, name: node.output.name }
  return replaced(node.output, b.slice(first.input(0), list('starts'), list('ends'), options))
}

/** More readers than that are not looked through. */
const MOST_READERS = 8

const isOnlyCut = ({ output, graph }: Node): boolean =>
  output.outputOf.length === 0 &&
  output.userCount <= MOST_READERS &&
  output.users.every(
    (user) => user.op === 'Slice' && user.domain === '' && user.graph === graph && user.inputs[0] === output,
  )
