import type { Node, Value } from '../../../../graph/index.ts'
import { fillOf } from '../../../match/constants.ts'
import { producerOf } from '../../../match/uses.ts'
import { dimsOf, layoutOf, origins, type Run } from '../../../pattern/layout.ts'
import { fillAs, type Mask, withNumbers } from './mask.ts'

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
    if (product) return { product, factor, mask: { added: [] }, nodes }
  }
  return undefined
}

/** @param most So many masks may be added before. */
function addedTo(value: Value, most = 1): Scores | undefined {
  const add = producerOf(value, 'Add', value.producer)
  if (!add) return undefined
  for (const side of [0, 1]) {
    const [input, number] = [add.input(side), add.input(1 - side)]
    const before = most > 0 ? (addedTo(input, most - 1) ?? selectedFrom(input, 0)) : undefined
    const scores = scaledProduct(input) ?? before
    const mask = scores && withNumbers(scores.mask, number)
    if (mask) return { ...scores, mask, nodes: [add, ...scores.nodes] }
  }
  return undefined
}

/** @param most So many masks may be added before. */
function selectedFrom(value: Value, most = 1): Scores | undefined {
  const where = producerOf(value, 'Where', value.producer)
  if (!where) return undefined
  for (const keeps of [true, false]) {
    const given = fillOf(where.input(keeps ? 2 : 1))
    const fill = given === undefined ? undefined : fillAs(given, value.dtype)
    if (given === undefined || fill === undefined) continue
    const input = where.input(keeps ? 1 : 2)
    const canAdd = most > 0 && fill === Number.NEGATIVE_INFINITY
    const scores = scaledProduct(input) ?? (canAdd ? addedTo(input, most - 1) : undefined)
    if (!scores) continue
    const selected = { condition: where.input(0), keeps, given, fill }
    return { ...scores, mask: { ...scores.mask, selected }, nodes: [where, ...scores.nodes] }
  }
  return undefined
}
