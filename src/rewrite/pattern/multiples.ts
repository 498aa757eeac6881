import { isFloat, type Node, type Value } from '../../graph/index.ts'
import { constantNumber } from '../match/constants.ts'

/** A value as `number · vector · base`. */
export interface Multiple {
  readonly base: Value
  readonly number: number
  /** A float constant of several numbers. */
  readonly vector: Value | undefined
  readonly nodes: readonly Node[]
}

type Factor = Omit<Multiple, 'nodes'>

/** −(a·(−x)): a sign on either side of the one factor. */
const MOST_STEPS = 3

/**
 * A value seen as a multiple of itself, of what it is scaled from, and so on, nearest first. Beside signs there is one factor:
 * of two in turn the first might overflow where their product does not.
 *
 * @example multiplesOf(Neg(Mul(x, slopes))) // 1·itself, −1·Mul(x, slopes), −1·slopes·x
 */
export function* multiplesOf(value: Value): Generator<Multiple> {
  let multiple: Multiple = { base: value, number: 1, vector: undefined, nodes: [] }
  for (let step = 0; step <= MOST_STEPS; step++) {
    yield multiple
    const node = multiple.base.producer
    if (node?.domain !== '' || node.graph !== value.graph) return
    const factor = FACTORS[node.op]?.(node)
    if (!factor || (!isSign(factor) && !isSign(multiple))) return
    multiple = {
      base: factor.base,
      number: multiple.number * factor.number,
      vector: multiple.vector ?? factor.vector,
      nodes: [...multiple.nodes, node],
    }
  }
}

const isSign = ({ number, vector }: Factor): boolean => Math.abs(number) === 1 && !vector

const FACTORS: { readonly [op: string]: (node: Node) => Factor | undefined } = {
  Neg: (node) => ({ base: node.input(0), number: -1, vector: undefined }),
  Mul: (node) => scaledBy(node.input(0), node.input(1)) ?? scaledBy(node.input(1), node.input(0)),
  Div: (node) => {
    const divisor = constantNumber(node.input(1))
    return divisor === undefined ? undefined : { base: node.input(0), number: 1 / divisor, vector: undefined }
  },
}

function scaledBy(base: Value, constant: Value): Factor | undefined {
  const number = constantNumber(constant)
  if (number !== undefined) return { base, number, vector: undefined }
  return constant.tensor && isFloat(constant.tensor.dtype) ? { base, number: 1, vector: constant } : undefined
}
