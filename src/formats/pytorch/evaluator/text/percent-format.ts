import type { Interpreter } from '../interpreter/interpreter.ts'
import { asNumber, intOfFloat, isNumber, plainNumber } from '../numbers/numbers.ts'
import { pythonError } from '../python-error.ts'
import { dictItems, type PyValue, str, typeName } from '../values/index.ts'
import { unsupported } from './number-format.ts'

const FIELD = /%(?:\(([^)]*)\))?([-+0 #]*)(\*|\d+)?(?:\.(\d+|\*))?[hlL]?(.)?/gs

/** `'%s of %d' % (a, b)`, `'%(n)s' % {'n': 1}` (https://docs.python.org/3/library/stdtypes.html#old-string-formatting). */
export function percentFormat(i: Interpreter, template: string, values: PyValue): string {
  const items = values.kind === 'tuple' ? [...values.items] : [values]
  const take = (): PyValue => {
    const item = items.shift()
    if (item) return item
    throw pythonError('TypeError', 'not enough arguments for format string')
  }
  let shown = ''
  let end = 0
  // One by one: after a field that is none, the rest need not be looked for.
  for (const match of template.matchAll(FIELD)) {
    const [all, key, flags = '', width = '', precision, type] = match
    shown += template.slice(end, match.index)
    end = match.index + all.length
    if (type === undefined) throw pythonError('ValueError', 'incomplete format')
    if (precision === '*') throw unsupported("a precision of '*'")
    if (all === '%%') shown += '%'
    else {
      const wide = width === '*' ? starWidth(i, take()) : width
      const item = key === undefined ? take() : namedItem(i, values, key)
      shown += field(i, item, { flags, width: wide, precision, type })
    }
    i.session.budget.step()
  }
  shown += template.slice(end)
  i.session.budget.text(shown.length)
  const isMapping = dictItems(values) !== undefined || values.kind === 'list'
  if (items.length > 0 && !isMapping)
    throw pythonError('TypeError', 'not all arguments converted during string formatting')
  return shown
}

function starWidth(i: Interpreter, width: PyValue): string {
  if (width.kind !== 'int') throw pythonError('TypeError', '* wants int')
  const number = plainNumber(i, width)
  if (number < 0) throw unsupported('a width below zero')
  return String(number)
}

function namedItem(i: Interpreter, values: PyValue, key: string): PyValue {
  if (!dictItems(values)) throw pythonError('TypeError', 'format requires a mapping')
  return i.getItem(values, str(key))
}

interface Field {
  readonly flags: string
  readonly width: string
  readonly precision: string | undefined
  readonly type: string
}

/** The same as a specification of `format`: `-` aligns to the left, all else stands at the right. */
function field(i: Interpreter, item: PyValue, { flags, width, precision, type }: Field): string {
  const isLeft = flags.includes('-')
  const align = isLeft ? '<' : flags.includes('0') ? '' : '>'
  const digits = precision === undefined ? '' : `.${precision}`
  if ('sra'.includes(type)) {
    if (type === 'a') throw unsupported("the format code 'a'")
    return i.format(str(type === 'r' ? i.repr(item) : i.text(item)), `${isLeft ? '<' : '>'}${width}${digits}`)
  }
  if (!'diuoxXeEfFgG'.includes(type)) throw unsupported(`the format code '${type}'`)
  if (item.kind === 'str' || item.kind === 'none' || item.kind === 'list' || item.kind === 'dict')
    throw pythonError('TypeError', `%${type} format: a real number is required, not ${typeName(item)}`)
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  const zero = flags.includes('0') && !isLeft ? '0' : ''
  const number = 'diu'.includes(type) && isNumber(item) ? truncated(i, item) : item
  const code = 'iu'.includes(type) ? 'd' : type
  if (code === 'd' && digits !== '') throw unsupported('a precision of whole numbers')
  return i.format(number, `${align}${sign}${flags.includes('#') ? '#' : ''}${zero}${width}${digits}${code}`)
}

function truncated(i: Interpreter, item: Extract<PyValue, { kind: 'int' | 'float' | 'bool' }>): PyValue {
  const number = asNumber(item)
  return number.kind === 'int' ? number : intOfFloat(Math.trunc(plainNumber(i, number)))
}
