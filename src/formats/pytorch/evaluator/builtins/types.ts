import type { Interpreter } from '../interpreter/interpreter.ts'
import { asNumber, floatOfInt, isNumber, truncatedOf } from '../interpreter/numbers.ts'
import { pythonError } from '../python-error.ts'
import { shownText } from '../shown-text.ts'
import {
  bool,
  type CallArguments,
  DictValue,
  float,
  int,
  ListValue,
  type NativeFunction,
  native,
  type PyValue,
  SetValue,
  type TypeValue,
  tuple,
  typeName,
} from '../values/index.ts'
import { named } from './arguments.ts'
import { DICT_CLASS } from './dict-class.ts'
import { entriesOf } from './dict-methods.ts'

/** A built-in type: `isinstance` compares its name, calling it converts. */
const builtIn = (
  name: string,
  call: NativeFunction['call'],
  attributes?: ReadonlyMap<string, PyValue>,
): TypeValue => ({
  kind: 'type',
  name,
  args: [],
  call,
  attributes,
})

/** `int(x)`, `float(x)` …, shared by both dialects. */
export const BUILTIN_TYPES: readonly TypeValue[] = [
  builtIn('int', (i, args) => toInt(i, args.positional[0] ?? int(0))),
  builtIn('float', (i, args) => toFloat(i, args.positional[0] ?? float(0))),
  builtIn('bool', (i, args) => {
    const [value] = args.positional
    return value?.kind === 'opaque' ? value : bool(value !== undefined && i.truth(value))
  }),
  builtIn('str', (i, { positional: [value] }) => shownText(i.session, () => (value ? i.text(value) : ''))),
  builtIn('list', (i, { positional: [value] }) => new ListValue(value ? i.iterate(value) : [])),
  builtIn('tuple', (i, { positional: [value] }) => tuple(value ? i.iterate(value) : [])),
  builtIn('set', (i, { positional: [value] }) => new SetValue(value ? i.iterate(value) : [])),
  builtIn('frozenset', (i, { positional: [value] }) => new SetValue(value ? i.iterate(value) : [])),
  builtIn(
    'dict',
    (i, args) => new DictValue(entriesOf(i, args.positional[0], args)),
    new Map<string, PyValue>([...DICT_CLASS.attributes, ['fromkeys', native('fromkeys', fromKeys)]]),
  ),
  builtIn('type', (_, { positional: [value] }) => typeOf(value)),
  builtIn('slice', makeSlice),
]

function fromKeys(i: Interpreter, args: CallArguments): PyValue {
  const { keys, value } = named('fromkeys', ['keys', 'value?'], args)
  return new DictValue(i.iterate(keys).map((key) => [key, value ?? { kind: 'none' }]))
}

/** `int(x)`: truncation towards zero, exact of symbolic floats too. */
export function toInt(i: Interpreter, value: PyValue): PyValue {
  if (isNumber(value)) {
    const number = asNumber(value)
    if (number.kind === 'int') return number
    const whole = truncatedOf(i, number)
    if (whole !== undefined) return int(whole)
    if (!Number.isFinite(number.value))
      throw pythonError('ValueError', `cannot convert float ${number.value} to integer`)
    return int(Math.trunc(number.value))
  }
  if (value.kind === 'str') {
    const parsed = Number(value.value.trim().replaceAll('_', ''))
    if (!Number.isInteger(parsed) || value.value.trim() === '') {
      throw pythonError('ValueError', `invalid literal for int() with base 10: '${value.value}'`)
    }
    return int(parsed)
  }
  if (value.kind === 'tensor') return toInt(i, i.operator('item', [value]))
  if (value.kind === 'opaque') return value
  throw pythonError('TypeError', `int() argument must be a string or a number, not '${typeName(value)}'`)
}

export function toFloat(i: Interpreter, value: PyValue): PyValue {
  if (isNumber(value)) {
    const number = asNumber(value)
    return number.kind === 'float' ? number : floatOfInt(i, number.value)
  }
  if (value.kind === 'str') return float(floatFromText(value.value))
  if (value.kind === 'tensor') return toFloat(i, i.operator('item', [value]))
  if (value.kind === 'opaque') return value
  throw pythonError('TypeError', `float() argument must be a string or a number, not '${typeName(value)}'`)
}

function floatFromText(text: string): number {
  const [, sign, word] = /^\s*([-+]?)(inf|infinity|nan)\s*$/i.exec(text) ?? []
  if (word)
    return word.toLowerCase() === 'nan'
      ? Number.NaN
      : sign === '-'
        ? Number.NEGATIVE_INFINITY
        : Number.POSITIVE_INFINITY
  const value = Number(text)
  if (Number.isNaN(value) || text.trim() === '')
    throw pythonError('ValueError', `could not convert string to float: '${text}'`)
  return value
}

function typeOf(value: PyValue | undefined): PyValue {
  if (value?.kind === 'instance') return value.class
  const name = value ? typeName(value) : 'NoneType'
  return BUILTIN_TYPES.find((type) => type.name === name) ?? { kind: 'type', name, args: [] }
}

function makeSlice(_: Interpreter, { positional: given }: CallArguments): PyValue {
  const [first, second, third] = given
  const part = (value: PyValue | undefined) => (value?.kind === 'int' ? value : ({ kind: 'none' } as const))
  const [lower, upper] = second ? [first, second] : [undefined, first]
  return { kind: 'slice', lower: part(lower), upper: part(upper), step: part(third) }
}
