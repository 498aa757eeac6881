import { isFloat, knownIntegers, type Node, type Value } from '../../../../graph/index.ts'
import { fillOf } from '../../../match/constants.ts'
import type { NoOps } from './no-op.ts'

/**
 * Operators of two operands, one of which is a constant that changes nothing.
 *
 * In floats −0 + 0 and −0 − −0 are 0: what leaves every number as it is is adding −0, and taking away 0.
 */
export const NEUTRAL_OPERANDS: NoOps = {
  Add: (node) => neutral(node, isFloatResult(node) ? -0 : 0, BOTH),
  Sub: (node) => neutral(node, 0, RIGHT),
  Mul: (node) => neutral(node, 1, BOTH),
  Div: (node) => neutral(node, 1, RIGHT),
  Pow: (node) => neutral(node, 1, RIGHT),
  And: (node) => same(node) ?? neutral(node, 1, BOTH),
  Or: (node) => same(node) ?? neutral(node, 0, BOTH),
  Xor: (node) => neutral(node, 0, BOTH),
  BitwiseAnd: (node) => same(node) ?? neutral(node, -1, BOTH),
  BitwiseOr: (node) => same(node) ?? neutral(node, 0, BOTH),
  BitwiseXor: (node) => neutral(node, 0, BOTH),
  BitShift: (node) => neutral(node, 0, RIGHT),
  Sum: onlyInput,
  Mean: onlyInput,
  Max: (node) => onlyInput(node) ?? same(node),
  Min: (node) => onlyInput(node) ?? same(node),
  Clip: (node) =>
    isUnbounded(node.inputs[1], Number.NEGATIVE_INFINITY) &&
    isUnbounded(node.inputs[2], Number.POSITIVE_INFINITY)
      ? node.input(0)
      : undefined,
  Where: (node) => {
    const [yes, no] = [node.input(1), node.input(2)]
    if (yes === no) return yes
    const chosen = decided(node.input(0))
    return chosen === undefined ? undefined : chosen ? yes : no
  },
}

const RIGHT = [1]
const BOTH = [0, 1]

/** The other operand, when one of the operands at `sides` is a constant filled with the neutral element. */
function neutral(node: Node, element: number, sides: readonly number[]): Value | undefined {
  const side = sides.find((index) => Object.is(fillOf(node.inputs[index]), element))
  return side === undefined ? undefined : node.input(1 - side)
}

const isFloatResult = ({ output: { type } }: Node): boolean => type?.kind === 'tensor' && isFloat(type.dtype)

function onlyInput(node: Node): Value | undefined {
  return node.inputs.length === 1 ? node.input(0) : undefined
}

/** The operand, when both are the same. */
function same(node: Node): Value | undefined {
  const [a, b, more] = node.inputs
  return a === b && !more ? a : undefined
}

const isUnbounded = (bound: Value | undefined, infinity: number): boolean =>
  !bound || fillOf(bound) === infinity

/** Whether a condition holds for all elements (true) or for none (false). */
function decided(condition: Value): boolean | undefined {
  const known = knownIntegers(condition)
  const fill = known?.every((entry) => entry === known[0]) ? known[0] : fillOf(condition)
  return typeof fill === 'number' ? fill !== 0 : undefined
}
