import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../bytes/index.ts'
import { Graph } from '../../graph.ts'
import { Model } from '../../model.ts'
import { decodeModel } from '../proto/decode-model.ts'
import type { FunctionProto, GraphProto, ModelProto } from '../proto/messages.ts'
import { ReadContext } from './context.ts'
import { functionKey } from './function-call.ts'
import { GraphReader } from './graph.ts'
import { Scope } from './scope.ts'
import { declaredType } from './type.ts'

/**
 * Reads an ONNX file as it is, at its own opset: names resolved, nodes sorted, model-local functions inlined, Constant
 * nodes made initializers, tensors left in the file. Types of results are not inferred yet: `adaptModel` does both.
 *
 * @param warn told what the file says and the model does not.
 * @throws ModelError EMPTY_FILE, TRUNCATED_FILE, CORRUPT_FILE, INVALID_GRAPH, UNSUPPORTED_CONSTRUCT, LIMIT_EXCEEDED; of
 * external data also UNSAFE_PATH and MISSING_DATA.
 * @example const model = readModel(new MemorySource(bytes, 'net.onnx'))
 */
export function readModel(source: ByteSource, warn: (warning: string) => void = () => undefined): Model {
  const proto = decodeModel(source)
  if (!proto.graph)
    throw new ModelError('CORRUPT_FILE', {
      what: `${source.name} holds no ONNX graph`,
      next: 'Check that it is an ONNX model, and complete',
    })
  const model = new Model(new Graph(proto.graph.name || 'main'))
  const context = new ReadContext(source, model)
  readHeader(context, proto)
  new GraphReader(context, model.graph, new Scope(context), undefined).readGraph(proto.graph)
  declareOutputs(context, proto.graph)
  const fixed = overridable(proto.irVersion, proto.graph)
  if (fixed.length > 0) {
    warn(`Inputs with a value in the file are constants here, and cannot be given another: ${listed(fixed)}`)
  }
  return model
}

/** Before IR version 4 every initializer had to be an input as well, whatever was meant by it. */
const OPTIONAL_INPUTS_SINCE = 4

/** Inputs that a caller may leave out, since an initializer gives them a value. */
function overridable(irVersion: number, { inputs, initializers }: GraphProto): string[] {
  if (irVersion < OPTIONAL_INPUTS_SINCE) return []
  const given = new Set(initializers.map(({ name }) => name))
  return inputs.map(({ name }) => name).filter((name) => given.has(name))
}

/** The first names, and how many more there are. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}

/** What the file says of its outputs stands where inference cannot tell: behind a rank that only the data decides. */
function declareOutputs(context: ReadContext, { outputs }: GraphProto): void {
  context.model.graph.outputs.forEach(({ value }, index) => {
    const info = outputs[index]
    if (info && value.producer) value.type ??= declaredType(context, info, 0)
  })
}

function readHeader(context: ReadContext, proto: ModelProto): void {
  const { model } = context
  model.opsets.clear()
  // Files of IR version 1 and 2 import nothing and mean version 1.
  if (proto.opsets.size === 0) model.opsets.set('', 1)
  for (const [domain, version] of proto.opsets) model.opsets.set(domain, version)
  for (const [key, value] of proto.metadata) model.metadata.set(key, value)
  for (const body of proto.functions) {
    importOpsets(context, body)
    context.functions.set(functionKey(body), body)
  }
}

/**
 * What functions are written for holds for the model where it says nothing itself. A function's own version of the default
 * domain is noted with its nodes; other domains are not adapted.
 * @throws ModelError UNSUPPORTED_OPSET when a function is written for another version of such a domain than the model.
 */
function importOpsets({ model, origin }: ReadContext, body: FunctionProto): void {
  for (const [domain, version] of body.opsets) {
    const before = model.opsets.get(domain)
    if (before === undefined) model.opsets.set(domain, version)
    else if (before !== version && domain !== '')
      throw new ModelError('UNSUPPORTED_OPSET', {
        what: `Function ${body.name} is written for opset ${version} of ${domain} and the model for ${before}`,
        where: origin,
        next: 'Inline the functions with onnx.inliner.inline_local_functions and save the model again',
      })
  }
}
