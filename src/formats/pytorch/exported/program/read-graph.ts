import type { Fields } from '../json/fields.ts'
import type { ExportedGraph, ExportedNode, NodeInput, Size, TensorRecord } from './program.ts'
import { readArgument } from './read-argument.ts'
import { torchDTypeOf } from './scalar-types.ts'
import { alternativeOf } from './union.ts'

/** @throws ModelError CORRUPT_FILE with the path of what is not as it should be. */
export function readGraph(fields: Fields): ExportedGraph {
  const argument = (one: Fields) => readArgument(one, readGraph)
  return {
    inputs: fields.objects('inputs').map(argument),
    outputs: fields.objects('outputs').map(argument),
    nodes: fields.objects('nodes').map(readNode),
    tensors: new Map(fields.entries('tensor_values').map(([name, value]) => [name, readTensor(value)])),
    ints: new Map(fields.optionalEntries('sym_int_values').map(([name, value]) => [name, readSize(value)])),
  }
}

function readNode(fields: Fields, index: number): ExportedNode {
  const outputs = fields.objects('outputs').map((one) => readArgument(one, readGraph))
  const [first] = outputs
  return {
    target: fields.string('target'),
    name:
      fields.optionalString('name') ??
      (first?.kind === 'tensor' || first?.kind === 'symbol' ? first.name : `node_${index}`),
    module: moduleOf(fields.optionalObject('metadata')?.optionalString('nn_module_stack')),
    inputs: fields.objects('inputs').map(readInput),
    outputs,
  }
}

/** `L__self__,,torch…Net;L__self___conv,conv,torch.nn…Conv2d`: key, path and class of each module around the call. */
function moduleOf(stack: string | undefined): string | undefined {
  const [, path] = stack?.split(';').at(-1)?.split(',') ?? []
  return path !== undefined && /^[\w.]+$/.test(path) && !path.includes('empty_nn_module_stack')
    ? path.replace(/^L\['self'\]\.?/, '')
    : undefined
}

/** `ArgumentKind` of the schema. */
const POSITIONAL = 1
const KEYWORD = 2

function readInput(fields: Fields): NodeInput {
  const kind = fields.has('kind') ? fields.count('kind') : 0
  return {
    name: fields.string('name'),
    value: readArgument(fields.object('arg'), readGraph),
    place: kind === POSITIONAL ? 'positional' : kind === KEYWORD ? 'keyword' : undefined,
  }
}

/** Of `Layout`: neither sparse nor of another library. */
const STRIDED = 7

/** A `TensorMeta`. @throws ModelError CORRUPT_FILE */
export function readTensor(given: Fields): TensorRecord {
  // Version 1 wraps it.
  const fields = given.optionalObject('meta') ?? given
  return {
    dtype: torchDTypeOf(fields.count('dtype')) ?? fields.fail('has a dtype that is not known'),
    sizes: fields.objects('sizes').map(readSize),
    strides: fields.objects('strides').map(readSize),
    offset: fields.has('storage_offset') ? readOffset(fields) : 0,
    isStrided: !fields.has('layout') || fields.count('layout') === STRIDED,
  }
}

/** A plain int in the first files. */
const readOffset = (fields: Fields): Size =>
  typeof fields.raw('storage_offset') === 'number'
    ? fields.count('storage_offset')
    : readSize(fields.object('storage_offset'))

/** A `SymInt`: a number, or an expression. */
function readSize(fields: Fields): Size {
  const { tag, holder, member } = alternativeOf(fields)
  if (tag === 'as_int') return Number(holder.int(member))
  const expression = holder.object(member)
  return { text: expression.string('expr_str'), hint: readHint(expression) }
}

/** A union in newer files, a plain int before. */
function readHint(expression: Fields): number | undefined {
  const raw = expression.raw('hint')
  if (typeof raw === 'number') return raw
  const union = expression.optionalObject('hint')
  const { tag, holder, member } = union ? alternativeOf(union) : {}
  return tag === 'as_int' && holder && member ? Number(holder.int(member)) : undefined
}
