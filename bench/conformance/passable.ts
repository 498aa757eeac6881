import { type EngineTensor, isEngineDType } from '../../src/engine/index.ts'
import { ModelError } from '../../src/errors/index.ts'
import { createBuilder, DTYPES, type Model, tensorType, type Value } from '../../src/graph/index.ts'
import type { RecordedValue, Recording } from './case.ts'
import { fed } from './compare.ts'

/** What a run is given, and what it has to give. */
export interface Passed {
  readonly feeds: ReadonlyMap<string, EngineTensor>
  readonly wanted: readonly (readonly [output: string, tensor: EngineTensor])[]
}

/**
 * The engine passes tensors in and out, no sequences: inputs that are sequences are made of their elements inside the
 * model, and outputs are taken apart there.
 */
export function makePassable(model: Model, { inputs, outputs }: Recording): Passed {
  const { graph } = model
  const feeds = new Map<string, EngineTensor>()
  for (const [index, value] of [...graph.inputs].entries()) {
    if (value.type?.kind === 'sequence') constructSequence(model, value, inputs[index], feeds)
    else feeds.set(value.name, passable(inputs[index], `Input ${value.name}`))
  }
  const wanted = [...graph.outputs].flatMap(({ name, value }, index) => {
    const recorded = outputs[index]
    if (!recorded || value.type?.kind === 'optional') return []
    if (value.type?.kind === 'sequence') return takeApart(model, name, value, recorded)
    return [[name, passable(recorded, `Output ${name}`)] as const]
  })
  graph.setOutputs(graph.outputs.filter(({ value }) => value.type?.kind !== 'sequence'))
  return { feeds, wanted }
}

/** @throws ModelError ENGINE_FAILED for what the engine does not pass. */
export function passable(recorded: RecordedValue | undefined, what: string): EngineTensor {
  if (recorded?.tensor && isEngineDType(recorded.tensor.dtype)) return fed(recorded.tensor)
  throw new ModelError('ENGINE_FAILED', { what: `${what} is nothing that can be passed` })
}

function constructSequence(
  model: Model,
  input: Value,
  recorded: RecordedValue | undefined,
  feeds: Map<string, EngineTensor>,
): void {
  const { graph } = model
  const [before] = graph.nodes()
  const b = createBuilder(model, { graph, before })
  const parts = (recorded?.sequence ?? []).map((tensor, index) => {
    const name = `${input.name}_${index}`
    feeds.set(name, passable({ tensor, sequence: undefined }, `Input ${name}`))
    return graph.addInput(name, tensorType(tensor.dtype, tensor.dims))
  })
  const { type } = input
  const dtype = type?.kind === 'sequence' && type.element.kind === 'tensor' ? type.element.dtype : 'float32'
  input.replaceUsesWith(
    parts.length > 0 ? b.sequenceConstruct(parts) : b.sequenceEmpty({ dtype: DTYPES[dtype].onnx }),
  )
  graph.removeInput(input)
}

/** Outputs for a sequence's length and for each of its elements. */
function takeApart(
  model: Model,
  output: string,
  value: Value,
  { sequence = [] }: RecordedValue,
): [string, EngineTensor][] {
  const b = createBuilder(model)
  const name = `${output}_length`
  model.graph.addOutput(name, b.sequenceLength(value))
  const elements = sequence.map((tensor, index): [string, EngineTensor] => {
    const element = `${output}_${index}`
    model.graph.addOutput(element, b.sequenceAt(value, b.scalar('int64', index)))
    return [element, passable({ tensor, sequence: undefined }, `Output ${element}`)]
  })
  return [[name, { dtype: 'int64', dims: [], data: BigInt64Array.of(BigInt(sequence.length)) }], ...elements]
}
