import { ModelError } from '../../errors/index.ts'
import type { Attribute, AttributeKind } from '../attribute.ts'
import { Graph } from '../graph.ts'
import type { OperatorSchema } from '../ops/schema.ts'
import type { Tensor } from '../tensor.ts'
import { Value } from '../value.ts'

type Options = Readonly<Record<string, unknown>>

/** Splits `(x, w, { B, strides })` by the schema: positional inputs, then the options object. */
export function splitArguments(
  schema: OperatorSchema,
  args: readonly unknown[],
): { readonly inputs: (Value | undefined)[]; readonly options: Options } {
  const positional = schema.inputs.filter((name) => !name.endsWith('?'))
  const options = args[positional.length] ?? {}
  if (!isOptions(options)) throw misuse(schema, 'the last argument is not an options object')
  let next = 0
  const inputs = schema.inputs.flatMap((name): readonly (Value | undefined)[] =>
    name.endsWith('?') ? [optionalValue(schema, options, name.slice(0, -1))] : valuesOf(schema, args[next++]),
  )
  while (inputs.length > 0 && inputs.at(-1) === undefined) inputs.pop()
  return { inputs, options }
}

function valuesOf(schema: OperatorSchema, arg: unknown): readonly Value[] {
  if (arg instanceof Value) return [arg]
  if (Array.isArray(arg) && arg.every((item) => item instanceof Value)) return arg
  throw misuse(schema, 'an input is not a Value')
}

function optionalValue(schema: OperatorSchema, options: Options, name: string): Value | undefined {
  const value = options[name]
  if (value === undefined || value instanceof Value) return value
  throw misuse(schema, `${name} is not a Value`)
}

export interface CallOptions {
  readonly attributes: Map<string, Attribute>
  readonly name: string | undefined
  /** Whether results that the specification calls optional are wanted. */
  readonly optionalOutputs: boolean
}

/** Attributes among the options, tagged with the kind that the schema declares. */
export function attributesOf(schema: OperatorSchema, options: Options): CallOptions {
  const attributes = new Map<string, Attribute>()
  for (const [name, declared] of Object.entries(schema.attributes)) {
    const value = options[name]
    if (value !== undefined) attributes.set(name, tagged(schema, name, declared, value))
    else if (declared.endsWith('!')) throw misuse(schema, `attribute ${name} is required`)
  }
  const { name, optionalOutputs } = options
  return {
    attributes,
    name: typeof name === 'string' ? name : undefined,
    optionalOutputs: optionalOutputs === true,
  }
}

function tagged(schema: OperatorSchema, name: string, declared: string, value: unknown): Attribute {
  const kind = declared.replace('!', '')
  const attribute = TAGS[kind]?.(value)
  if (!attribute) throw misuse(schema, `attribute ${name} is not of type ${kind}`)
  return attribute
}

const TAGS: { readonly [kind in AttributeKind | string]?: (value: unknown) => Attribute | undefined } = {
  int: (value) => (Number.isSafeInteger(value) ? { type: 'int', value: Number(value) } : undefined),
  float: (value) => (typeof value === 'number' ? { type: 'float', value } : undefined),
  string: (value) => (typeof value === 'string' ? { type: 'string', value } : undefined),
  tensor: (value) => (isTensor(value) ? { type: 'tensor', value } : undefined),
  graph: (value) => (value instanceof Graph ? { type: 'graph', value } : undefined),
  ints: (value) => (isArrayOf(value, isInteger) ? { type: 'ints', value } : undefined),
  floats: (value) => (isArrayOf(value, isNumber) ? { type: 'floats', value } : undefined),
  strings: (value) => (isArrayOf(value, isString) ? { type: 'strings', value } : undefined),
  graphs: (value) => (isArrayOf(value, isGraph) ? { type: 'graphs', value } : undefined),
}

const isInteger = (value: unknown): value is number => Number.isSafeInteger(value)
const isNumber = (value: unknown): value is number => typeof value === 'number'
const isString = (value: unknown): value is string => typeof value === 'string'
const isGraph = (value: unknown): value is Graph => value instanceof Graph
const isOptions = (value: unknown): value is Options =>
  typeof value === 'object' && value !== null && !(value instanceof Value)
const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'dtype' in value && 'dims' in value && 'bytes' in value
const isArrayOf = <T>(value: unknown, is: (item: unknown) => item is T): value is readonly T[] =>
  Array.isArray(value) && value.every(is)

const misuse = (schema: OperatorSchema, why: string): ModelError =>
  new ModelError('INTERNAL', { what: `The builder method of ${schema.op} was called wrongly: ${why}` })
