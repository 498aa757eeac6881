import { type Model, type Node, tensorOf, type Value } from '../../../../graph/index.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { producerOf, soleUser } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'
import { type Cuts, cutsOf } from './slice-cuts.ts'

/** A Slice that alone reads another one, along other axes, cuts those too: `x[:, 1:][:, :, ::2]`. */
export const mergeSlices: Pass = {
  name: 'merge-slices',
  level: 'basic',
  run(model) {
    let merged = 0
    for (const node of model.graph.allNodes())
      if (node.op === 'Slice' && node.domain === '' && node.output.isUsed && merge(model, node)) merged++
    return { node: merged }
  },
}

function merge(model: Model, node: Node): boolean {
  const first = producerOf(node.input(0), 'Slice', node)
  if (!first || soleUser(first.output) !== node) return false
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
