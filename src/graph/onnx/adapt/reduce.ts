import { type Adapter, editing } from './adapter.ts'

const OPERATORS = [
  'ReduceL1',
  'ReduceL2',
  'ReduceLogSum',
  'ReduceLogSumExp',
  'ReduceMax',
  'ReduceMean',
  'ReduceMin',
  'ReduceProd',
  'ReduceSumSquare',
]

/** Axes became an input: of ReduceSum with opset 13, of the others with 18. */
export const reductions: readonly Adapter[] = [
  editing('ReduceSum', 13, (call) => call.moveInts('axes', 1)),
  ...OPERATORS.map((op) => editing(op, 18, (call) => call.moveInts('axes', 1))),
]
