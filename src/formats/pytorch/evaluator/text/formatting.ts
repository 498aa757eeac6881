import { dimName } from '../../../../graph/index.ts'
import { memberOf, memberRepr, memberText } from '../classes/enums.ts'
import { hintOf } from '../decisions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { rangeText } from '../interpreter/ranges.ts'
import { isUndecided, unknownUse } from '../interpreter/unknown-imports.ts'
import { asNumber, isNumber, type NumberValue, plainNumber, wholeNumber } from '../numbers/numbers.ts'
import { pythonError } from '../python-error.ts'
import {
  type ClassValue,
  dictItems,
  type IntValue,
  identityOf,
  type PyValue,
  positional,
  type SetValue,
  str,
  typeName,
} from '../values/index.ts'
import {
  floatText as formattedFloat,
  grouped,
  type NumberFormat,
  unknownCode,
  unsupported,
  wholeText,
} from './number-format.ts'
import { quoted, quotedBytes } from './quoted-text.ts'

/** `str(value)` */
export function text(i: Interpreter, value: PyValue): string {
  const member = memberOf(value)
  if (member) return instanceText(i, member, '__str__') ?? memberText(i, member)
  if (value.kind === 'str') return value.value
  if (value.kind === 'instance') return instanceText(i, value, '__str__') ?? repr(i, value)
  if (value.kind === 'tuple' && value.class)
    return ownText(i, value.class, value, '__str__') ?? repr(i, value)
  return repr(i, value)
}

/** `repr(value)`: what a model may build names and keys from is spelled as Python spells it. */
export function repr(i: Interpreter, value: PyValue): string {
  i.session.budget.step()
  const member = memberOf(value)
  if (member) return instanceText(i, member, '__repr__') ?? memberRepr(i, member)
  switch (value.kind) {
    case 'none':
      return 'None'
    case 'bool':
      return value.value ? 'True' : 'False'
    case 'int':
      return intText(i, value)
    case 'float':
      return floatText(plainNumber(i, value))
    case 'str':
      i.session.budget.text(value.value.length)
      return quoted(value.value)
    case 'list':
      return `[${shownItems(i, value.items)}]`
    case 'tuple':
      return (value.class && ownText(i, value.class, value, '__repr__')) ?? tupleText(i, value)
    case 'set':
      return setText(i, value)
    case 'range':
      return rangeText(i, value)
    case 'slice':
      return `slice(${[value.lower, value.upper, value.step].map((part) => repr(i, part)).join(', ')})`
    case 'bytes':
      i.session.budget.text(value.value.length)
      return `b${quotedBytes(value.value)}`
    case 'dict':
      return `{${value
        .entries()
        .map(([key, item]) => `${repr(i, key)}: ${repr(i, item)}`)
        .join(', ')}}`
    case 'view':
      return `dict_${value.part}([${shownItems(i, value.items)}])`
    case 'dtype':
      return `torch.${value.name}`
    case 'device':
      return value.type
    case 'type':
      if (value.args.length === 0 && value.call) return `<class '${value.name}'>`
      return `<type ${value.name}>`
    case 'class':
      return `<class '${value.qualifiedName}'>`
    case 'instance':
      return instanceText(i, value, '__repr__') ?? itemsText(i, value) ?? `${value.class.name}()`
    case 'ellipsis':
      return 'Ellipsis'
    case 'tensor':
      return `tensor(shape=(${value.dims.map(dimName).join(', ')}))`
    case 'namespace':
      if (isUndecided(value)) i.session.refuseReading(unknownUse(value.name))
      return `<module '${value.name}'>`
    default:
      return `<${typeName(value)} ${'name' in value ? value.name : identityOf(value)}>`
  }
}

function setText(i: Interpreter, value: SetValue): string {
  const items = value.items.length === 0 ? undefined : `{${shownItems(i, value.items)}}`
  return value.isFrozen ? `frozenset(${items ?? ''})` : (items ?? 'set()')
}

function shownItems(i: Interpreter, items: readonly PyValue[]): string {
  const text = items.map((item) => repr(i, item)).join(', ')
  i.session.budget.text(text.length)
  return text
}

/** A program may decide by what a text says, so a dynamic dim is shown at its hint, as a guard. */
const intText = (i: Interpreter, value: IntValue): string =>
  hintOf(i.session, value.value) === undefined ? dimName(value.value) : String(wholeNumber(i, value))

function ownText(i: Interpreter, of: ClassValue, value: PyValue, method: string): string | undefined {
  const found = of.lookup(method)
  const shown = found && i.call(found, positional(value))
  return shown?.kind === 'str' ? shown.value : undefined
}

/** Of an instance of a class derived from `dict`. */
function itemsText(i: Interpreter, value: PyValue): string | undefined {
  const items = dictItems(value)
  return items && repr(i, items)
}

function instanceText(
  i: Interpreter,
  value: Extract<PyValue, { kind: 'instance' }>,
  method: string,
): string | undefined {
  const own = ownText(i, value.class, value, method)
  if (own !== undefined) return own
  return value.class.role === 'exception' ? exceptionText(i, value, method) : undefined
}

/** The one argument of an exception, or all as a tuple; a key is shown by its repr. */
function exceptionText(
  i: Interpreter,
  { class: of, attributes }: Extract<PyValue, { kind: 'instance' }>,
  method: string,
): string | undefined {
  const args = attributes.get('args')
  if (args?.kind !== 'tuple') return undefined
  const [only, second] = args.items
  if (method === '__repr__')
    return only && !second ? `${of.name}(${repr(i, only)})` : `${of.name}${repr(i, args)}`
  if (!only) return ''
  if (second) return repr(i, args)
  return of.mro.some(({ name }) => name === 'KeyError') ? repr(i, only) : text(i, only)
}

function tupleText(i: Interpreter, value: Extract<PyValue, { kind: 'tuple' }>): string {
  const items = value.items.map((item) => repr(i, item))
  i.session.budget.text(items.reduce((sum, { length }) => sum + length, 0))
  if (value.fields)
    return `${value.typeName}(${value.fields.map((name, at) => `${name}=${items[at]}`).join(', ')})`
  if (value.typeName === 'Size') return `torch.Size([${items.join(', ')}])`
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`
}

/** Shortest digits that read back the same, in Python's spelling: `1.0`, `1e-05`, `inf`. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) return exponentText(value.toExponential())
  return Object.is(value, -0) ? '-0.0' : Number.isInteger(value) ? `${value}.0` : String(value)
}

const exponentText = (shown: string): string => shown.replace(/e([+-])(\d)$/, 'e$10$2')

const SPECIFICATION = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?(,|_)?(?:\.(\d+))?([a-zA-Z%])?$/s

/** `format(value, specification)` (https://docs.python.org/3/library/string.html#formatspec). */
export function format(i: Interpreter, value: PyValue, specification: string): string {
  const own = value.kind === 'instance' ? value.class.lookup('__format__') : undefined
  if (own) return i.text(i.call(own, positional(value, str(specification))))
  if (specification === '') return text(i, value)
  const parts = SPECIFICATION.exec(specification)
  if (!parts) throw pythonError('ValueError', `Invalid format specifier '${specification}'`)
  const [, fill, align, sign, alternate, zero, width, group, digits, type] = parts
  const filling = fill ?? (zero ? '0' : ' ')
  const precision = digits === undefined ? undefined : Number(digits)
  if (!isNumber(value)) {
    if (value.kind === 'str' && type !== undefined && type !== 's') throw unknownCode(type, 'str')
    return pad(
      i,
      '',
      [...text(i, value)].slice(0, precision).join(''),
      Number(width ?? 0),
      filling,
      align ?? '<',
    )
  }
  if (group && zero) throw unsupported('groups of digits behind leading zeros')
  const asked = { type, precision, group, isAlternate: alternate !== undefined }
  const [lead, body] = numberParts(i, value, asked, sign)
  return pad(i, lead, body, Number(width ?? 0), filling, align ?? (zero ? '=' : '>'))
}

/** Sign and prefix, and what stands behind them. */
function numberParts(
  i: Interpreter,
  value: NumberValue,
  asked: NumberFormat,
  sign: string | undefined,
): readonly [lead: string, body: string] {
  const plus = sign === '+' || sign === ' ' ? sign : ''
  const known = asNumber(value)
  if (known.kind === 'int') {
    const whole = wholeNumber(i, known)
    const [prefix, digits] = wholeText(whole < 0n ? -whole : whole, asked)
    return [(whole < 0n ? '-' : plus) + prefix, digits]
  }
  const number = plainNumber(i, known)
  const shownSign = number < 0 || Object.is(number, -0) ? '-' : plus
  const magnitude = Math.abs(number)
  const isPlain = asked.type === undefined && asked.precision === undefined
  return [shownSign, isPlain ? grouped(floatText(magnitude), asked.group) : formattedFloat(magnitude, asked)]
}

function pad(i: Interpreter, lead: string, body: string, width: number, fill: string, align: string): string {
  const missing = Math.max(0, width - lead.length - [...body].length)
  i.session.budget.text(missing + body.length)
  if (missing > MAX_PADDING) throw unsupported(`a width of ${width}`)
  if (align === '<') return lead + body + fill.repeat(missing)
  if (align === '^')
    return fill.repeat(Math.floor(missing / 2)) + lead + body + fill.repeat(Math.ceil(missing / 2))
  return align === '=' ? lead + fill.repeat(missing) + body : fill.repeat(missing) + lead + body
}

const MAX_PADDING = 10_000
