import { knownIntegers, type Model, type Node } from '../../../../graph/index.ts'
import { constantNumber } from '../../../match/constants.ts'
import { builderAt, replaced } from '../../../match/edit.ts'
import { knownDims } from '../../../match/types.ts'
import { producerOf, soleUser } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'

/** A Pad that alone reads another one pads by both at once: constant mode, the same constant, nothing cropped. */
export const mergePads: Pass = {
  name: 'merge-pads',
  level: 'basic',
  operators: [['Pad']],
  run(model) {
    let merged = 0
    for (const node of model.graph.allNodes())
      if (node.op === 'Pad' && node.domain === '' && node.output.isUsed && merge(model, node)) merged++
    return { node: merged }
  },
}

function merge(model: Model, node: Node): boolean {
  const first = producerOf(node.input(0), 'Pad', node)
  if (!first || soleUser(first.output) !== node || !hasSameFill(first, node)) return false
  const [one, two] = [widthsOf(first), widthsOf(node)]
  if (!one || !two) return false
  const b = builderAt(model, node)
  const pads = b.int64s(one.map((width, at) => width + (two[at] ?? 0)))
  const options = { constant_value: node.inputs[2] ?? first.inputs[2], name: node.output.name }
  return replaced(node.output, b.pad(first.input(0), pads, options))
}

function hasSameFill(first: Node, node: Node): boolean {
  const isConstant = [first, node].every(
    (pad) => (pad.attribute('mode', 'string') ?? 'constant') === 'constant',
  )
  const [one, two] = [first, node].map((pad) => (pad.inputs[2] ? constantNumber(pad.inputs[2]) : 0))
  return isConstant && one !== undefined && Object.is(one, two)
}

/** Widths of every axis, before and then behind; undefined where one crops or only a run tells. */
function widthsOf(node: Node): readonly number[] | undefined {
  const rank = knownDims(node.input(0))?.length
  const pads = knownIntegers(node.input(1))
  const axes = node.inputs[3]
    ? knownIntegers(node.inputs[3])
    : pads?.slice(0, pads.length / 2).map((_, axis) => axis)
  if (rank === undefined || !pads || !axes) return undefined
  const widths = new Array<number>(2 * rank).fill(0)
  for (const [at, axis] of axes.entries()) {
    const [before, behind] = [pads[at], pads[at + axes.length]]
    if (typeof axis !== 'number' || typeof before !== 'number' || typeof behind !== 'number') return undefined
    if (before < 0 || behind < 0) return undefined
    const place = axis < 0 ? axis + rank : axis
    widths[place] = before
    widths[place + rank] = behind
  }
  return widths
}
