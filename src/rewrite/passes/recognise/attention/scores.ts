import type { Node, Value } from '../../../../graph/index.ts'
import { fillOf } from '../../../match/constants.ts'
import { producerOf } from '../../../match/uses.ts'
import { dimsOf, layoutOf, origins, type Run } from '../../../pattern/layout.ts'
import { fillAs, type Mask } from './masks.ts'

/** What a softmax is taken of. */
export interface Scores {
  /** Q·Kᵀ */
  readonly product: Node
  readonly factor: number
  readonly mask: Mask
  readonly nodes: readonly Node[]
}

/** A product, scaled; to that a mask added, or what a mask hides of it replaced, or both. */
export function scoresOf(softmax: Node): Scores | undefined {
  const input = softmax.input(0)
  const rank = dimsOf(input)?.length
  const axis = softmax.attribute('axis', 'int') ?? -1
  if (rank === undefined || (axis !== -1 && axis !== rank - 1)) return undefined
  return scaledProduct(input) ?? addedTo(input) ?? selectedFrom(input)
}

function scaledProduct(value: Value): Scores | undefined {
  const dims = dimsOf(value)
  if (!dims || (dims.length !== 3 && dims.length !== 4)) return undefined
  const scores = dims.map((size, axis): Run => ({ name: String(axis), size }))
  for (const { value: source, factor, nodes } of origins(value, layoutOf(...scores))) {
    if (nodes.some(({ op }) => op !== 'Mul' && op !== 'Div')) return undefined
    const product = producerOf(source, 'MatMul', value.producer)
    if (product) return { product, factor, mask: {}, nodes }
  }
  return undefined
}

function addedTo(value: Value, isOutermost = true): Scores | undefined {
  const add = producerOf(value, 'Add', value.producer)
  if (!add) return undefined
  for (const side of [0, 1]) {
    const input = add.input(side)
    const scores = scaledProduct(input) ?? (isOutermost ? selectedFrom(input, false) : undefined)
    if (!scores || !hidesAlike(scores.mask)) continue
    const mask = { ...scores.mask, added: add.input(1 - side) }
    return { ...scores, mask, nodes: [add, ...scores.nodes] }
  }
  return undefined
}

/** Where a mask is added to what was put for hidden scores, the two hide alike only from the lowest number on. */
const hidesAlike = ({ selected }: Mask): boolean => !selected || selected.given === selected.fill

function selectedFrom(value: Value, isOutermost = true): Scores | undefined {
  const where = producerOf(value, 'Where', value.producer)
  if (!where) return undefined
  for (const keeps of [true, false]) {
    const given = fillOf(where.input(keeps ? 2 : 1))
    const fill = given === undefined ? undefined : fillAs(given, value.dtype)
    if (given === undefined || fill === undefined) continue
    const input = where.input(keeps ? 1 : 2)
    const canAdd = isOutermost && fill === Number.NEGATIVE_INFINITY
    const scores = scaledProduct(input) ?? (canAdd ? addedTo(input, false) : undefined)
    if (!scores) continue
    const selected = { condition: where.input(0), keeps, given, fill }
    return { ...scores, mask: { ...scores.mask, selected }, nodes: [where, ...scores.nodes] }
  }
  return undefined
}
