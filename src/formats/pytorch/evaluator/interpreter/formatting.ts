import { type Dim, dimName } from '../../../../graph/index.ts'
import { concrete, hintOf } from '../decisions.ts'
import { pythonError } from '../python-error.ts'
import { identityOf, type PyValue, positional, typeName } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'
import { asNumber, isNumber, plainNumber } from './numbers.ts'
import { isUndecided, unknownUse } from './unknown-imports.ts'

/** `str(value)` */
export function text(i: Interpreter, value: PyValue): string {
  if (value.kind === 'str') return value.value
  if (value.kind === 'instance') return instanceText(i, value, '__str__') ?? repr(i, value)
  return repr(i, value)
}

/** `repr(value)`: what a model may build names and keys from is spelled as Python spells it. */
export function repr(i: Interpreter, value: PyValue): string {
  switch (value.kind) {
    case 'none':
      return 'None'
    case 'bool':
      return value.value ? 'True' : 'False'
    case 'int':
      return sizeText(i, value.value)
    case 'float':
      return floatText(plainNumber(i, value))
    case 'str':
      return quoted(value.value)
    case 'list':
      return `[${value.items.map((item) => repr(i, item)).join(', ')}]`
    case 'tuple':
      return tupleText(i, value)
    case 'set':
      return value.items.length === 0 ? 'set()' : `{${value.items.map((item) => repr(i, item)).join(', ')}}`
    case 'dict':
      return `{${value
        .entries()
        .map(([key, item]) => `${repr(i, key)}: ${repr(i, item)}`)
        .join(', ')}}`
    case 'dtype':
      return `torch.${value.name}`
    case 'device':
      return value.type
    case 'class':
      return `<class '${value.qualifiedName}'>`
    case 'instance':
      return instanceText(i, value, '__repr__') ?? `${value.class.name}()`
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

/** A program may decide by what a text says, so a dynamic dim is shown at its hint, as a guard. */
const sizeText = (i: Interpreter, dim: Dim): string =>
  hintOf(i.session, dim) === undefined ? dimName(dim) : String(concrete(i.session, dim))

function instanceText(
  i: Interpreter,
  value: Extract<PyValue, { kind: 'instance' }>,
  method: string,
): string | undefined {
  const found = value.class.lookup(method)
  if (found) {
    const shown = i.call(found, positional(value))
    return shown.kind === 'str' ? shown.value : undefined
  }
  const args = value.attributes.get('args')
  if (value.class.role !== 'exception' || args?.kind !== 'tuple') return undefined
  return args.items.map((item) => text(i, item)).join(', ')
}

function tupleText(i: Interpreter, value: Extract<PyValue, { kind: 'tuple' }>): string {
  const items = value.items.map((item) => repr(i, item))
  if (value.fields)
    return `${value.typeName}(${value.fields.map((name, at) => `${name}=${items[at]}`).join(', ')})`
  if (value.typeName === 'Size') return `torch.Size([${items.join(', ')}])`
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`
}

const quoted = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`

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
  if (specification === '') return text(i, value)
  const parts = SPECIFICATION.exec(specification)
  if (!parts) throw pythonError('ValueError', `Invalid format specifier '${specification}'`)
  const [, fill, align, sign, , zero, width, group, precision, type] = parts
  const body = isNumber(value)
    ? numberBody(i, value, type, precision, sign, group)
    : text(i, value).slice(0, precision === undefined ? undefined : Number(precision))
  return pad(
    body,
    Number(width ?? 0),
    fill ?? (zero ? '0' : ' '),
    align ?? (zero ? '=' : isNumber(value) ? '>' : '<'),
  )
}

function numberBody(
  i: Interpreter,
  value: Extract<PyValue, { kind: 'int' | 'float' | 'bool' }>,
  type: string | undefined,
  precision: string | undefined,
  sign: string | undefined,
  group: string | undefined,
): string {
  const number = plainNumber(i, asNumber(value))
  const digits = Number(precision ?? 6)
  const isWhole = value.kind !== 'float' && (type === undefined || type === 'd')
  const magnitude = Math.abs(number)
  let body = isWhole ? String(magnitude) : withType(magnitude, type, digits, precision !== undefined)
  if (group) body = body.replace(/\B(?=(\d{3})+(?!\d))/g, group)
  return (number < 0 ? '-' : sign === '+' || sign === ' ' ? sign : '') + body
}

function withType(value: number, type: string | undefined, digits: number, hasPrecision: boolean): string {
  switch (type) {
    case 'f':
    case 'F':
      return value.toFixed(digits)
    case 'e':
      return exponentText(value.toExponential(digits))
    case '%':
      return `${(value * 100).toFixed(digits)}%`
    case 'x':
      return value.toString(16)
    case 'b':
      return value.toString(2)
    case 'g':
      return String(Number(value.toPrecision(digits || 1)))
    default:
      return hasPrecision ? String(Number(value.toPrecision(digits || 1))) : floatText(value)
  }
}

function pad(body: string, width: number, fill: string, align: string): string {
  const missing = Math.min(Math.max(0, width - body.length), 10_000)
  if (align === '<') return body + fill.repeat(missing)
  if (align === '^') return fill.repeat(Math.floor(missing / 2)) + body + fill.repeat(Math.ceil(missing / 2))
  const sign = align === '=' && /^[-+ ]/.test(body) ? body.slice(0, 1) : ''
  return sign + fill.repeat(missing) + body.slice(sign.length)
}
