import { knownIntegers, type Node, type Value } from '../../../graph/index.ts'
import { constantNumber } from '../../match/constants.ts'
import { producerOf } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'

/**
 * Gives a Pad of the spatial axes to the Conv or pooling behind it, which pads by itself as it reads:
 *
 * - Conv and AveragePool pad with 0, and the average counts what was padded as it did before;
 * - MaxPool pads with what is never the largest: a Pad of −∞, or of 0 where nothing is below it.
 */
export const fusePad: Pass = {
  name: 'fuse-pad',
  level: 'all',
  operators: [['Pad']],
  run(model) {
    let fused = 0
    for (const node of model.graph.allNodes()) if (fuse(node)) fused++
    return { node: fused }
  },
}

function fuse(node: Node): boolean {
  const takes = node.domain === '' ? READERS[node.op] : undefined
  const pad = takes && producerOf(node.inputs[0], 'Pad', node)
  const own = pad && ownPads(node)
  const given = pad && spatialPads(pad)
  if (!pad || !own || own.length !== given?.length || !takes?.(node, pad, given)) return false
  node.setInput(0, pad.input(0))
  if (!pad.output.isUsed) pad.graph.remove(pad)
  node.setAttribute('pads', { type: 'ints', value: own.map((amount, at) => amount + (given[at] ?? 0)) })
  node.removeAttribute('auto_pad')
  return true
}

/** Whether the result stays what it is when the node pads by itself. It may be changed to that end. */
type Reader = (node: Node, pad: Node, pads: readonly number[]) => boolean

const READERS: { readonly [op: string]: Reader } = {
  Conv: (_, pad) => paddingOf(pad) === 0,
  AveragePool: averages,
  MaxPool: (node, pad, pads) => {
    const value = paddingOf(pad)
    const isLeast = value === Number.NEGATIVE_INFINITY || (value === 0 && isNeverNegative(pad.input(0)))
    return isLeast && !rounds(node) && !node.outputs[1]?.isUsed && leavesElements(node, pads)
  },
}

/** Rounds up: a window that would begin in the node's own padding is left out, and one in what another node padded is not. */
const rounds = (node: Node): boolean => (node.attribute('ceil_mode', 'int') ?? 0) !== 0

/** Counts its padding, or has none of its own yet. */
function averages(node: Node, pad: Node, pads: readonly number[]): boolean {
  const counts = (node.attribute('count_include_pad', 'int') ?? 0) !== 0
  const hasPads = node.attribute('pads', 'ints')?.some((amount) => amount !== 0) === true
  if (paddingOf(pad) !== 0 || rounds(node) || (hasPads && !counts) || !leavesElements(node, pads))
    return false
  node.setAttribute('count_include_pad', { type: 'int', value: 1 })
  return true
}

/** Runtimes refuse to pad by a whole window, in which no element would lie. */
function leavesElements(node: Node, pads: readonly number[]): boolean {
  const kernel = node.attribute('kernel_shape', 'ints') ?? []
  const own = node.attribute('pads', 'ints') ?? []
  const isDense = !node.attribute('dilations', 'ints')?.some((dilation) => dilation !== 1)
  return isDense && pads.every((amount, at) => amount + (own[at] ?? 0) < (kernel[at % kernel.length] ?? 0))
}

/** Begins, then ends, of the spatial axes; undefined where the node chooses them from the size. */
function ownPads(node: Node): readonly number[] | undefined {
  const mode = node.attribute('auto_pad', 'string') ?? 'NOTSET'
  const { type } = node.input(0)
  const rank = type?.kind === 'tensor' ? type.dims?.length : undefined
  if (rank === undefined || (mode !== 'NOTSET' && mode !== 'VALID')) return undefined
  const none = new Array<number>(2 * (rank - 2)).fill(0)
  return mode === 'VALID' ? none : (node.attribute('pads', 'ints') ?? none)
}

/** What a Pad adds, begins then ends of the spatial axes; undefined where it does anything else. */
function spatialPads(pad: Node): readonly number[] | undefined {
  const { type } = pad.input(0)
  const rank = type?.kind === 'tensor' ? type.dims?.length : undefined
  const amounts = knownIntegers(pad.input(1))
  const axes = pad.inputs[3] ? knownIntegers(pad.inputs[3]) : undefined
  if (rank === undefined || !amounts || (pad.inputs[3] && !axes)) return undefined
  if ((pad.attribute('mode', 'string') ?? 'constant') !== 'constant') return undefined
  const named = axes?.map((axis) => (typeof axis === 'number' && axis < 0 ? axis + rank : axis))
  const places = named ?? Array.from({ length: rank }, (_, axis) => axis)
  const all = new Array<number>(2 * rank).fill(0)
  for (const [at, axis] of places.entries()) {
    const [begin, end] = [amounts[at], amounts[at + places.length]]
    if (typeof axis !== 'number' || typeof begin !== 'number' || typeof end !== 'number') return undefined
    all[axis] = begin
    all[axis + rank] = end
  }
  const isSpatial = all.every((amount, at) => (at % rank < 2 ? amount === 0 : amount >= 0))
  return isSpatial ? [...all.slice(2, rank), ...all.slice(rank + 2)] : undefined
}

const paddingOf = (pad: Node): number | undefined => (pad.inputs[2] ? constantNumber(pad.inputs[2]) : 0)

/** Operators that give nothing below 0. */
const NEVER_NEGATIVE: ReadonlySet<string> = new Set(['Abs', 'Relu', 'Sigmoid', 'Softmax', 'Softplus', 'Sqrt'])

function isNeverNegative({ producer }: Value): boolean {
  if (producer?.domain !== '') return false
  if (producer.op === 'Clip') return (constantNumber(producer.inputs[1]) ?? -1) >= 0
  return NEVER_NEGATIVE.has(producer.op)
}
