import { add, type Dim, floorDiv, mul, sub } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { broadcastAll } from '../inference/shared.ts'

/** Dims arithmetic of the operators that shape computations use. ONNX Div truncates; dims are not negative, so it floors. */
const RULES: { readonly [op: string]: (a: Dim, b: Dim) => Dim | undefined } = {
  Add: add,
  Sub: sub,
  Mul: mul,
  Div: (a, b) => (b === 0 ? undefined : floorDiv(a, b)),
}

/** Broadcast arithmetic that also carries known integers, element by element. */
export function inferArithmetic(context: InferenceContext): OutputInfo[] {
  const dims = broadcastAll(context)
  return [tensorInfo(context.dtype(0), dims, carry(context))]
}

function carry(context: InferenceContext): Dim[] | undefined {
  const [a, b, rule] = [context.content(0), context.content(1), RULES[context.call.op]]
  if (!a || !b || !rule || (a.length !== b.length && a.length !== 1 && b.length !== 1)) return undefined
  const length = Math.max(a.length, b.length)
  const results = Array.from({ length }, (_, index) => {
    const left = a.length === 1 ? a[0] : a[index]
    const right = b.length === 1 ? b[0] : b[index]
    return left === undefined || right === undefined ? undefined : rule(left, right)
  })
  return results.every((dim) => dim !== undefined) ? results : undefined
}
