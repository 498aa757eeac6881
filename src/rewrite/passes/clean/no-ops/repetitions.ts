import type { Node, Value } from '../../../../graph/index.ts'
import { producerOf } from '../../../match/uses.ts'
import type { NoOps } from './no-op.ts'

/** What these give are whole numbers, infinities and NaN, which all of them leave alone. */
const WHOLE = ['Ceil', 'Floor', 'Round', 'Sign']

/** Operators that undo or repeat what the one before them did, to the bit. */
export const REPETITIONS: NoOps = {
  ...undoing(['Neg', 'Not', 'BitwiseNot']),
  ...repeating('Abs', ['Abs']),
  ...repeating('Relu', ['Relu']),
  ...repeating('Sign', ['Sign']),
  ...repeating('Ceil', WHOLE),
  ...repeating('Floor', WHOLE),
  ...repeating('Round', WHOLE),
}

/** Twice is not at all. */
function undoing(operators: readonly string[]): NoOps {
  return Object.fromEntries(
    operators.map((op) => [op, (node: Node): Value | undefined => producerOf(node.input(0), op)?.input(0)]),
  )
}

/** Applied to the result of one of `after` it changes nothing. */
function repeating(op: string, after: readonly string[]): NoOps {
  return {
    [op]: (node) => {
      const input = node.input(0)
      return after.some((before) => producerOf(input, before)) ? input : undefined
    },
  }
}
