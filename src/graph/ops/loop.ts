import type { Dim } from '../dims/index.ts'
import type { Graph } from '../graph.ts'
import { knownIntegers } from '../inference/content.ts'
import type { InferenceContext } from '../inference/context.ts'
import type { OutputInfo } from '../inference/output-info.ts'
import { isUnbacked, joinTypes, localDims, withoutLocals } from '../inference/type-join.ts'
import type { Value } from '../value.ts'
import { tensorType, type ValueType } from '../value-type.ts'
import { larger } from './integer-arithmetic.ts'

/** One value that iterations hand on. */
interface Carried {
  readonly initial: Value
  readonly input: Value
  readonly result: Value
  /** Axes whose size changes from iteration to iteration. */
  readonly varying: Set<number>
}

/**
 * Loop: a carried value has the dims of its initial value as long as the body keeps them; what the body changes becomes
 * a size that only the data decides, and the body is inferred again under it.
 */
export function inferLoop(context: InferenceContext): OutputInfo[] {
  const body = context.graph('body')
  const carried = carriedValues(context, body)
  const [iteration, condition] = body.inputs
  if (iteration) iteration.type = tensorType('int64', iterationDims(iteration))
  if (condition) condition.type = tensorType('bool', iterationDims(condition))
  for (const value of carried) value.input.type = startType(context, value)
  do context.inferBody(body)
  while (carried.filter((value) => widen(context, value, body)).length > 0)
  const isLocal = localDims(context, [body])
  const count = tripCount(context, body)
  return [
    ...carried.map((value) => ({ type: finalType(context, value) })),
    ...body.outputs
      .slice(1 + carried.length)
      .map(({ value }) => ({ type: value.type && stacked(context, value, count, isLocal) })),
  ]
}

/** Files write the counter and the condition as scalars or with one element. */
const iterationDims = (value: Value): readonly Dim[] =>
  value.type?.kind === 'tensor' && value.type.dims?.length === 1 ? [1] : []

function carriedValues(context: InferenceContext, body: Graph): Carried[] {
  const initials = context.inputs.slice(2)
  if (body.inputs.length !== initials.length + 2 || body.outputs.length < initials.length + 1)
    context.fail(
      `its body takes ${body.inputs.length} values and gives ${body.outputs.length} for ${initials.length}`,
    )
  return initials.map((initial, index) => {
    const [input, result] = [body.inputs[index + 2], body.outputs[index + 1]?.value]
    if (!initial || !input || !result) return context.fail(`its carried value ${index} is missing`)
    return { initial, input, result, varying: new Set<number>() }
  })
}

/** The initial type; where the body already says that an axis varies, it does. */
function startType(context: InferenceContext, { initial, input, varying }: Carried): ValueType {
  const start = initial.type ?? context.fail(`the type of ${initial.name} is not known`)
  if (!input.type || input.type.kind !== start.kind) return start
  return joinTypes(context, start, input.type, (own, declared, axis) => {
    if (!isUnbacked(context, declared)) return own
    varying.add(axis)
    return declared
  })
}

/** Makes axes vary that the body changes. True when there are new ones. */
function widen(context: InferenceContext, { input, result, varying }: Carried, body: Graph): boolean {
  if (!input.type || !result.type) return false
  let changed = false
  const joined = joinTypes(context, input.type, result.type, (own, _, axis) => {
    if (varying.has(axis)) return own
    varying.add(axis)
    changed = true
    return context.unbackedDim()
  })
  const rankLost = rankOf(joined) === undefined && rankOf(input.type) !== undefined
  input.type = joined
  if (rankLost) forgetDims(body)
  return changed || rankLost
}

/** What was inferred under a rank that is not to be had says nothing: operators that want a rank are not inferred again. */
function forgetDims(body: Graph): void {
  for (const node of body.allNodes()) {
    for (const output of node.outputs) {
      if (output.type?.kind === 'tensor') output.type = { ...output.type, dims: undefined }
      output.content = undefined
    }
  }
}

const rankOf = (type: ValueType): number | undefined => (type.kind === 'tensor' ? type.dims?.length : 0)

/** What starts as an optional ends as what the body makes of it, as onnxruntime has it. */
function finalType(context: InferenceContext, { input, result, varying }: Carried): ValueType {
  const isResolved = input.type?.kind === 'optional' && result.type && result.type.kind !== 'optional'
  const type = isResolved ? result.type : input.type
  if (!type) return context.fail('the type of a carried value is not known')
  if (type.kind !== 'tensor') return type
  return { ...type, dims: type.dims?.map((dim, axis) => (varying.has(axis) ? context.unbackedDim() : dim)) }
}

function stacked(
  context: InferenceContext,
  { name, type }: Value,
  count: Dim,
  isLocal: (dim: Dim) => boolean,
): ValueType {
  if (type?.kind !== 'tensor') return context.fail(`${name} is stacked and is no tensor`)
  const element = withoutLocals(context, type, isLocal)
  return element.kind === 'tensor' ? { ...element, dims: element.dims && [count, ...element.dims] } : element
}

/** Iterations are counted when the condition cannot end the loop early. */
function tripCount(context: InferenceContext, body: Graph): Dim {
  const most = context.inputs[0] ? context.scalar(0) : undefined
  const enters = !context.inputs[1] || context.scalar(1) === 1
  const condition = body.outputs[0]?.value
  const goesOn = condition !== undefined && (isTrue(condition) || isHandedOn(condition, body))
  if (most !== undefined && enters && goesOn) return larger(context, most, 0)
  return context.unbackedDim(most === undefined ? undefined : Math.max(context.bounds(most)[1], 0))
}

const isTrue = (value: Value): boolean => knownIntegers(value)?.[0] === 1

function isHandedOn(condition: Value, body: Graph): boolean {
  let value: Value | undefined = condition
  while (value?.producer?.op === 'Identity') value = value.producer.inputs[0]
  return value !== undefined && value === body.inputs[1]
}
