import {
  bool,
  type CallArguments,
  float,
  int,
  ListValue,
  NONE,
  type PyValue,
  str,
} from '../evaluator/values/index.ts'
import type { ParameterType, Schema, SchemaParameter } from './schema.ts'

/** Second names that PyTorch's Python interface gives parameters (torch/csrc/utils/python_arg_parser.cpp). */
const ALIASES: ReadonlyMap<string, readonly string[]> = new Map([
  ['self', ['input', 'x']],
  ['dim', ['axis']],
  ['keepdim', ['keepdims']],
  ['other', ['x2']],
  ['size', ['shape']],
  ['split_size', ['split_size_or_sections']],
])

/**
 * The call's arguments by parameter name, defaults filled in; undefined when they do not fit the overload. `lenient` also
 * takes one-element tensors for numbers, which Python converts.
 */
export function bindArguments(
  schema: Schema,
  args: CallArguments,
  lenient: boolean,
): Map<string, PyValue> | undefined {
  const positional = gatherTensors(schema, gatherIntegers(schema, args.positional))
  const places = schema.parameters.filter(({ isKeywordOnly }) => !isKeywordOnly)
  if (positional.length > places.length) return undefined
  const rest = new Map(args.keyword)
  const bound = new Map<string, PyValue>()
  for (const [index, parameter] of schema.parameters.entries()) {
    const given = parameter.isKeywordOnly ? undefined : positional[index]
    const value = given ?? takeKeyword(rest, parameter.name) ?? defaultOf(parameter)
    if (!value || !fits(parameter.type, value, lenient)) return undefined
    bound.set(parameter.name, value)
  }
  for (const name of IGNORED) rest.delete(name)
  return rest.size === 0 ? bound : undefined
}

/** Keywords that change nothing here. */
const IGNORED = [
  'requires_grad',
  'generator',
  'non_blocking',
  'memory_format',
  'device',
  'pin_memory',
  'layout',
]

function takeKeyword(rest: Map<string, PyValue>, name: string): PyValue | undefined {
  for (const spelled of [name, ...(ALIASES.get(name) ?? [])]) {
    const value = rest.get(spelled)
    if (!value) continue
    rest.delete(spelled)
    return value
  }
  return undefined
}

/** `x.view(2, -1)` for `x.view([2, -1])`: where one list of ints is all that a method takes. */
function gatherIntegers(schema: Schema, positional: readonly PyValue[]): readonly PyValue[] {
  const places = schema.parameters.filter(({ isKeywordOnly }) => !isKeywordOnly)
  const first = places[0]?.type.base === 'Tensor' && !places[0].type.isList ? 1 : 0
  const only = places[first]
  if (places.length !== first + 1 || !only?.type.isList || only.type.base !== 'int') return positional
  const given = positional.slice(first)
  if (given.length === 0 || !given.every(({ kind }) => kind === 'int' || kind === 'tensor')) return positional
  return [...positional.slice(0, first), new ListValue(given)]
}

/** `torch.einsum(equation, a, b)` for `torch.einsum(equation, [a, b])`. */
function gatherTensors(schema: Schema, positional: readonly PyValue[]): readonly PyValue[] {
  const at = schema.parameters.findIndex(({ type }) => type.isList && type.base === 'Tensor')
  const given = positional.slice(at)
  if (at < 0 || given.length === 0 || !given.every(({ kind }) => kind === 'tensor')) return positional
  return [...positional.slice(0, at), new ListValue(given)]
}

function defaultOf({ defaultText, type }: SchemaParameter): PyValue | undefined {
  if (defaultText === undefined) return undefined
  const value = literal(defaultText)
  return type.base === 'float' && value.kind === 'int' && typeof value.value === 'number'
    ? float(value.value)
    : value
}

/** A default as schemas spell it: `None`, `True`, `1`, `1e-05`, `"none"`, `[1, 1]`. */
function literal(text: string): PyValue {
  if (text === 'None') return NONE
  if (text === 'True' || text === 'False') return bool(text === 'True')
  if (text.startsWith('"')) return str(text.slice(1, -1))
  if (text.startsWith('[')) {
    const items = text
      .slice(1, -1)
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
    return new ListValue(items.map(literal))
  }
  return /^-?\d+$/.test(text) ? int(Number(text)) : float(Number(text))
}

function fits(type: ParameterType, value: PyValue, lenient: boolean): boolean {
  if (value.kind === 'opaque') return true
  if (value.kind === 'none') return type.isOptional
  if (!type.isList) return fitsElement(type.base, value, lenient)
  if (value.kind === 'list' || value.kind === 'tuple') {
    return value.items.every(
      (item) => fitsElement(type.base, item, lenient) || (type.hasOptionalElements && item.kind === 'none'),
    )
  }
  return type.length !== undefined && fitsElement(type.base, value, lenient)
}

function fitsElement(base: string, value: PyValue, lenient: boolean): boolean {
  const { kind } = value
  if (kind === 'opaque') return true
  const isScalarTensor = lenient && kind === 'tensor' && value.dims.every((dim) => dim === 1)
  switch (base) {
    case 'Tensor':
      return kind === 'tensor'
    case 'Scalar':
      return kind === 'int' || kind === 'float' || kind === 'bool' || isScalarTensor
    case 'int':
      return kind === 'int' || kind === 'bool' || isScalarTensor
    case 'float':
      return kind === 'float' || kind === 'int' || kind === 'bool' || isScalarTensor
    case 'bool':
      return kind === 'bool' || (lenient && (kind === 'int' || kind === 'tensor'))
    case 'str':
      return kind === 'str'
    case 'ScalarType':
      return kind === 'dtype' || kind === 'int' || kind === 'type'
    case 'Device':
      return kind === 'device' || kind === 'str' || kind === 'int'
    default:
      return true
  }
}
