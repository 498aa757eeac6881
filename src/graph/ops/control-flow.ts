import type { InferenceContext } from '../inference/context.ts'
import type { OutputInfo } from '../inference/output-info.ts'
import { eitherDim, joinTypes, localDims, withoutLocals } from '../inference/type-join.ts'
import type { Value } from '../value.ts'
import type { ValueType } from '../value-type.ts'
import { inferLoop } from './loop.ts'
import { inferScan } from './scan.ts'
import { operator } from './schema.ts'

/** Branches and loops: bodies are graphs that see the values around them. */
export const controlFlow = {
  if: operator({
    op: 'If',
    since: 21,
    inputs: ['cond'],
    outputs: ['outputs...'],
    attributes: { else_branch: 'graph!', then_branch: 'graph!' },
    anyRank: true,
    infer: inferIf,
  }),
  /** Body: (iteration, condition, carried…) → (condition, carried…, scanned…); scanned results are stacked. */
  loop: operator({
    op: 'Loop',
    since: 21,
    inputs: ['M?', 'cond?', 'v_initial...'],
    outputs: ['v_final_and_scan_outputs...'],
    attributes: { body: 'graph!' },
    anyRank: true,
    infer: inferLoop,
  }),
  /** Body: (states…, elements…) → (states…, elements…). */
  scan: operator({
    op: 'Scan',
    since: 21,
    inputs: ['initial_state_and_scan_inputs...'],
    outputs: ['final_state_and_scan_outputs...'],
    attributes: {
      body: 'graph!',
      num_scan_inputs: 'int!',
      scan_input_axes: 'ints',
      scan_input_directions: 'ints',
      scan_output_axes: 'ints',
      scan_output_directions: 'ints',
    },
    infer: inferScan,
  }),
} as const

/** Of a condition that is known, the branch that is taken decides; the other need not even fit. */
function inferIf(context: InferenceContext): OutputInfo[] {
  const [yes, no] = [context.graph('then_branch'), context.graph('else_branch')]
  const taken = context.scalar(0)
  const branches = taken === 1 ? [yes] : taken === 0 ? [no] : [yes, no]
  for (const branch of branches) context.inferBody(branch)
  const isLocal = localDims(context, branches)
  const [first, second] = branches
  if (!first) return []
  if (second && first.outputs.length !== second.outputs.length)
    context.fail(`its branches have ${first.outputs.length} and ${second.outputs.length} outputs`)
  return first.outputs.map(({ value }, index): OutputInfo => {
    const other = second ? second.outputs[index]?.value : value
    const [type, otherType] = [
      outerType(context, value, isLocal),
      other && outerType(context, other, isLocal),
    ]
    if (!type || !other || !otherType) return { type: undefined }
    if (other === value) return { type, content: visibleContent(value, isLocal) }
    return {
      type: joinTypes(context, type, otherType, eitherDim(context)),
      content: sameContent(value, other, isLocal),
    }
  })
}

const outerType = (context: InferenceContext, { type }: Value, isLocal: IsLocal): ValueType | undefined =>
  type && withoutLocals(context, type, isLocal)

type IsLocal = ReturnType<typeof localDims>

const visibleContent = (value: Value, isLocal: IsLocal): Value['content'] =>
  value.content?.some(isLocal) ? undefined : value.content

function sameContent(a: Value, b: Value, isLocal: IsLocal): Value['content'] {
  const [left, right] = [visibleContent(a, isLocal), visibleContent(b, isLocal)]
  const same = left && right && left.length === right.length && left.every((dim, at) => dim === right[at])
  return same ? left : undefined
}
