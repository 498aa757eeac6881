import { type Graph, knownIntegers, type Node, type Value } from '../../../graph/index.ts'
import { constantNumber } from '../../match/constants.ts'

/** One value that iterations hand on: outside, at the start of an iteration, at its end, and after the last. */
export interface Carried {
  readonly initial: Value
  readonly input: Value
  readonly result: Value
  readonly final: Value | undefined
}

/** What a Loop's inputs and outputs are to its body: https://onnx.ai/onnx/operators/onnx__Loop.html */
export interface LoopView {
  readonly body: Graph
  readonly iteration: Value
  readonly condition: Value
  readonly carried: readonly Carried[]
  /** What each iteration gives, and all of it stacked. */
  readonly scanned: readonly { readonly element: Value; readonly stacked: Value | undefined }[]
}

export function loopView(node: Node): LoopView | undefined {
  const body = node.op === 'Loop' && node.domain === '' ? node.attribute('body', 'graph') : undefined
  const [iteration, condition, ...inputs] = body?.inputs ?? []
  if (!body || !iteration || !condition) return undefined
  const results = body.outputs.slice(1).map(({ value }) => value)
  const carried: Carried[] = []
  for (const [index, input] of inputs.entries()) {
    const [initial, result] = [node.inputs[index + 2], results[index]]
    if (!initial || !result) return undefined
    carried.push({ initial, input, result, final: node.outputs[index] })
  }
  const scanned = results.slice(inputs.length).map((element, index) => ({
    element,
    stacked: node.outputs[inputs.length + index],
  }))
  return { body, iteration, condition, carried, scanned }
}

/** How often the body runs, where nothing but the trip count decides it and it is known. */
export function tripCount(node: Node, { body, condition }: LoopView): number | undefined {
  const [limit, enters] = [node.inputs[0], node.inputs[1]]
  const most = limit ? numberOf(limit) : Number.POSITIVE_INFINITY
  const first = enters ? numberOf(enters) : 1
  if (first === 0 || (most !== undefined && most <= 0)) return 0
  if (first !== 1 || most === undefined) return undefined
  const next = body.outputs[0]?.value
  const goesOn = next === condition ? 1 : next && numberOf(next)
  if (goesOn === 0) return 1
  return goesOn === 1 && Number.isSafeInteger(most) ? most : undefined
}

function numberOf(value: Value): number | undefined {
  const known = knownIntegers(value)?.[0]
  return known === undefined ? constantNumber(value) : typeof known === 'number' ? known : undefined
}
