/**
 * Every operator the graph knows, by the name of its builder method: the list to read, and the one place to register.
 */
import * as conv from './conv.ts'
import * as elementwise from './elementwise.ts'

export const OPERATORS = {
  add: elementwise.add,
  conv: conv.conv,
  max: elementwise.max,
  relu: elementwise.relu,
} as const

export type OperatorTable = typeof OPERATORS
