import { createBuilder } from '../../build/builder.ts'
import { DTYPES } from '../../dtype.ts'
import type { Graph } from '../../graph.ts'
import { inferGraph } from '../../inference/infer.ts'
import type { Value } from '../../value.ts'
import { tensorType, type ValueType } from '../../value-type.ts'
import type { Adapter, OldCall } from './adapter.ts'

/**
 * Runs its body on every element of a sequence: a Loop that takes elements and appends results, as the specification's own
 * function has it (https://onnx.ai/onnx/operators/onnx__SequenceMap.html).
 */
export const sequenceMap: Adapter = {
  op: 'SequenceMap',
  below: Number.POSITIVE_INFINITY,
  adapt: (call) => {
    const { builder: b, node, model } = call
    const body = node.attribute('body', 'graph') ?? call.refuse('attribute body is missing')
    if (body.inputs.length !== node.inputs.length) call.refuse('its body takes another number of values')
    body.inputs.forEach((input, index) => {
      input.type = elementOf(call, node.input(index))
    })
    inferGraph(model, body)
    const results = body.outputs.map(({ value }) => resultType(call, value))
    const empty = results.map(({ dtype }) => b.sequenceEmpty({ dtype: DTYPES[dtype].onnx }))
    makeLoopBody(call, body, results)
    // The body is the loop's from here on.
    node.removeAttribute('body')
    return b.loop(empty, { M: b.sequenceLength(node.input(0)), body })
  },
}

const isSequence = ({ type }: Value): boolean => type?.kind === 'sequence'

/** What the body is given: an element of a sequence, and a tensor as it is. */
function elementOf(call: OldCall, { type, name }: Value): ValueType {
  if (!type) return call.refuse(`the type of ${name} is not known`)
  return type.kind === 'sequence' ? type.element : type
}

function resultType(call: OldCall, { type, name }: Value) {
  return type?.kind === 'tensor' ? type : call.refuse(`the type of its result ${name} is not known`)
}

/** (elements) → results becomes (place, condition, sequences so far) → (condition, sequences). */
function makeLoopBody(
  { builder: b, node, model }: OldCall,
  body: Graph,
  results: readonly ValueType[],
): void {
  const elements = [...body.inputs]
  const place = body.addInput('place', tensorType('int64', []))
  const condition = body.addInput('condition', tensorType('bool', []))
  const [before] = body.nodes()
  const begin = createBuilder(model, { graph: body, before, outer: b.at })
  elements.forEach((element, index) => {
    const given = node.input(index)
    element.replaceUsesWith(isSequence(given) ? begin.sequenceAt(given, place) : given)
    body.removeInput(element)
  })
  const end = createBuilder(model, { graph: body, outer: b.at })
  const grown = body.outputs.map(({ name, value }, index) => {
    const soFar = body.addInput(`${name}_so_far`, {
      kind: 'sequence',
      element: results[index] ?? tensorType('float32', []),
    })
    return { name, value: end.sequenceInsert(soFar, value) }
  })
  body.setOutputs([{ name: 'goes_on', value: end.identity(condition) }, ...grown])
}
