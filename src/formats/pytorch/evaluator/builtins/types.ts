import { pythonBool } from '../branches/index.ts'
import { classOf } from '../classes/classes.ts'
import { memberOf } from '../classes/enums.ts'
import { ownAnswer } from '../classes/own-answer.ts'
import { concrete } from '../decisions.ts'
import { countedKeys } from '../interpreter/dynamic-keys.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { makeRange } from '../interpreter/ranges.ts'
import { asIndex, indexOf } from '../numbers/indices.ts'
import { asFloat, asNumber, intOfFloat, isNumber, plainNumber } from '../numbers/numbers.ts'
import { roundedDim } from '../numbers/rounded-floats.ts'
import { pythonError } from '../python-error.ts'
import { shownText } from '../shown-text.ts'
import {
  bool,
  type CallArguments,
  DictValue,
  float,
  int,
  intOf,
  ListValue,
  type NativeFunction,
  NONE,
  native,
  type PyValue,
  SetValue,
  str,
  type TensorHandle,
  type TypeValue,
  tuple,
  typeName,
} from '../values/index.ts'
import { asText, named } from './arguments.ts'
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
  builtIn('int', (i, { positional: [value = int(0), base], keyword }) => {
    const given = base ?? keyword.get('base')
    return given ? intOfText(i, asText(value), concrete(i.session, asIndex(i, given).value)) : toInt(i, value)
  }),
  builtIn('float', (i, args) => toFloat(i, args.positional[0] ?? float(0))),
  builtIn('bool', (i, args) => {
    const [value] = args.positional
    if (value?.kind === 'opaque') return value
    return value ? pythonBool(i, value) : bool(false)
  }),
  builtIn('str', (i, { positional: [value] }) => shownText(i.session, () => (value ? i.text(value) : ''))),
  builtIn('list', (i, { positional: [value] }) => new ListValue(value ? i.iterate(value) : [])),
  builtIn('tuple', (i, { positional: [value] }) => tuple(value ? i.iterate(value) : [])),
  builtIn('set', makeSet),
  builtIn('frozenset', (i, { positional: [value] }) =>
    value?.kind === 'set' && value.isFrozen
      ? value
      : new SetValue(value ? countedKeys(i, i.iterate(value)) : [], true),
  ),
  builtIn(
    'dict',
    (i, args) => new DictValue(entriesOf(i, args.positional[0], args)),
    new Map<string, PyValue>([...DICT_CLASS.attributes, ['fromkeys', native('fromkeys', fromKeys)]]),
  ),
  builtIn('type', (i, args) =>
    args.positional.length === 3 ? makeClass(i, args) : typeOf(args.positional[0]),
  ),
  builtIn('range', (i, { positional: given }) => makeRange(i, given)),
  builtIn('slice', makeSlice),
]

function makeSet(i: Interpreter, { positional: [value] }: CallArguments): PyValue {
  return new SetValue(value ? countedKeys(i, i.iterate(value)) : [])
}

function fromKeys(i: Interpreter, args: CallArguments): PyValue {
  const { keys, value } = named('fromkeys', ['keys', 'value?'], args)
  return new DictValue(countedKeys(i, i.iterate(keys)).map((key) => [key, value ?? { kind: 'none' }]))
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'
const PREFIXES: ReadonlyMap<string, number> = new Map([
  ['0b', 2],
  ['0o', 8],
  ['0x', 16],
])

/** `int('ff', 16)`; under base 0 the prefix says it. */
function intOfText(i: Interpreter, text: string, base: number): PyValue {
  i.session.budget.reading(text.length)
  const invalid = pythonError(
    'ValueError',
    `invalid literal for int() with base ${base}: ${i.repr(str(text))}`,
  )
  if (base < 0 || base === 1 || base > 36)
    throw pythonError('ValueError', 'int() base must be >= 2 and <= 36, or 0')
  const [, sign, digits = ''] = /^([-+]?)(.*)$/s.exec(text.trim().toLowerCase()) ?? []
  const prefix = PREFIXES.get(digits.slice(0, 2))
  const hasPrefix = prefix !== undefined && (base === prefix || base === 0)
  const known = base === 0 ? (prefix ?? 10) : base
  const rest = hasPrefix ? digits.slice(2).replace(/^_/, '') : digits
  if (!/^[0-9a-z]+(_[0-9a-z]+)*$/.test(rest) || (base === 0 && !hasPrefix && /^0[0_]*[1-9]/.test(rest)))
    throw invalid
  const figures = [...rest.replaceAll('_', '')].map((figure) => DIGITS.indexOf(figure))
  if (figures.some((figure) => figure >= known)) throw invalid
  if (figures.length > MAX_FIGURES)
    throw pythonError('ValueError', 'Exceeds the limit for integer string conversion')
  i.session.budget.step(figures.length + Math.ceil(figures.length ** 2 / 64))
  const whole = figures.reduce((sum, figure) => sum * BigInt(known) + BigInt(figure), 0n)
  return intOf(sign === '-' ? -whole : whole)
}

/** Figures that Python itself reads. */
const MAX_FIGURES = 4200

/** `int(x)`: truncation towards zero, exact of symbolic floats too. */
export function toInt(i: Interpreter, value: PyValue): PyValue {
  if (isNumber(value)) {
    const number = asNumber(value)
    if (number.kind === 'int') return number
    const whole = roundedDim(i, number, 'trunc')
    if (whole !== undefined) return int(whole)
    return intOfFloat(Math.trunc(plainNumber(i, number)))
  }
  if (value.kind === 'str') {
    return intOfText(i, value.value, 10)
  }
  if (value.kind === 'tensor') return toInt(i, decidedItem(i, value))
  const own = ownAnswer(i, '__int__', value) ?? indexOf(i, value) ?? ownAnswer(i, '__trunc__', value)
  if (own) return own
  if (value.kind === 'opaque') return value
  throw pythonError('TypeError', `int() argument must be a string or a number, not '${typeName(value)}'`)
}

function decidedItem(i: Interpreter, tensor: TensorHandle): PyValue {
  const item = i.operator('item', [tensor])
  if (item.kind !== 'tensor') return item
  throw item.undecided ?? pythonError('TypeError', 'int() of a tensor')
}

export function toFloat(i: Interpreter, value: PyValue): PyValue {
  if (isNumber(value)) {
    return asFloat(i, asNumber(value))
  }
  if (value.kind === 'str') return float(floatFromText(i, value.value))
  if (value.kind === 'tensor') {
    const item = i.operator('item', [value])
    return item.kind === 'tensor' ? item : toFloat(i, item)
  }
  const own = ownAnswer(i, '__float__', value) ?? (value.kind === 'instance' ? indexOf(i, value) : undefined)
  if (own) return own.kind === 'int' ? toFloat(i, own) : own
  if (value.kind === 'opaque') return value
  throw pythonError('TypeError', `float() argument must be a string or a number, not '${typeName(value)}'`)
}

function floatFromText(i: Interpreter, text: string): number {
  i.session.budget.reading(text.length)
  const [, sign, word] = /^\s*([-+]?)(inf|infinity|nan)\s*$/i.exec(text) ?? []
  if (word)
    return word.toLowerCase() === 'nan'
      ? Number.NaN
      : sign === '-'
        ? Number.NEGATIVE_INFINITY
        : Number.POSITIVE_INFINITY
  const value =
    /^\s*[-+]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[-+]?[\d_]+)?\s*$/i.test(text) && !/_(?!\d)|(?<!\d)_/.test(text)
      ? Number(text.replaceAll('_', ''))
      : Number.NaN
  if (Number.isNaN(value) || text.trim() === '')
    throw pythonError('ValueError', `could not convert string to float: '${text}'`)
  return value
}

function typeOf(value: PyValue | undefined): PyValue {
  if (value?.kind === 'instance') return value.class
  if (value?.kind === 'tuple' && value.class) return value.class
  const member = memberOf(value)
  if (member) return member.class
  const name = value ? typeName(value) : 'NoneType'
  return BUILTIN_TYPES.find((type) => type.name === name) ?? { kind: 'type', name, args: [] }
}

/** `type(name, bases, dict)` */
function makeClass(
  i: Interpreter,
  { positional: [name = NONE, bases = NONE, names = NONE] }: CallArguments,
): PyValue {
  if (bases.kind !== 'tuple' || names.kind !== 'dict')
    throw pythonError('TypeError', 'type() takes a string, a tuple of classes and a dict')
  const members = names.entries().map(([key, value]): [string, PyValue] => [asText(key), value])
  i.session.budget.entries(members.length)
  return classOf(i, asText(name), bases.items, new Map(members))
}

function makeSlice(_: Interpreter, { positional: given }: CallArguments): PyValue {
  const [first, second, third] = given
  const part = (value: PyValue | undefined) => (value?.kind === 'int' ? value : ({ kind: 'none' } as const))
  const [lower, upper] = second ? [first, second] : [undefined, first]
  return { kind: 'slice', lower: part(lower), upper: part(upper), step: part(third) }
}
