import { ModelError } from '../../../../errors/index.ts'
import { pythonError } from '../python-error.ts'
import { fixedText, leadingDigits } from './decimal-digits.ts'

/** What a format specification asks of a number. */
export interface NumberFormat {
  readonly type: string | undefined
  readonly precision: number | undefined
  readonly isAlternate: boolean
  readonly group: string | undefined
}

/** Digits that a program may ask for; a double has at most 1074 behind the point. */
const MAX_PRECISION = 1100

const BASES: ReadonlyMap<string, number> = new Map([
  ['b', 2],
  ['o', 8],
  ['x', 16],
  ['X', 16],
])

/** Of a whole number that is not negative: what stands before the digits (`0x`), and they. */
export function wholeText(value: bigint, format: NumberFormat): readonly [prefix: string, digits: string] {
  const { type = 'd', precision, group } = format
  const base = BASES.get(type)
  if (base === undefined && type !== 'd') {
    if ('eEfFgG%'.includes(type)) return ['', floatText(floatOf(value), format)]
    throw unknownCode(type, 'int')
  }
  if (precision !== undefined)
    throw pythonError('ValueError', 'Precision not allowed in integer format specifier')
  if (base === undefined) return ['', grouped(String(value), group)]
  if (group) throw unsupported(`groups of digits in base ${base}`)
  const digits = value.toString(base)
  return [format.isAlternate ? `0${type}` : '', type === 'X' ? digits.toUpperCase() : digits]
}

function floatOf(whole: bigint): number {
  const value = Number(whole)
  if (Number.isFinite(value)) return value
  throw pythonError('OverflowError', 'int too large to convert to float')
}

/** Of a float that is not negative. */
export function floatText(value: number, format: NumberFormat): string {
  const { type = '', precision = 6, isAlternate, group } = format
  if (!'eEfFgG%'.includes(type)) throw unknownCode(type, 'float')
  if (precision > MAX_PRECISION) throw unsupported(`${precision} digits of a number`)
  const isGeneral = type === '' || type === 'g' || type === 'G'
  if (isAlternate && !isGeneral && precision === 0) throw unsupported('a point without digits behind it')
  const shown = Number.isFinite(value)
    ? finiteText(value, type.toLowerCase(), precision, isAlternate)
    : `${Number.isNaN(value) ? 'nan' : 'inf'}${type === '%' ? '%' : ''}`
  return grouped(type === type.toUpperCase() && type !== '' ? shown.toUpperCase() : shown, group)
}

function finiteText(value: number, type: string, precision: number, isAlternate: boolean): string {
  switch (type) {
    case 'f':
      return fixedText(value, precision)
    case '%':
      return `${fixedText(value * 100, precision)}%`
    case 'e':
      return exponentText(...leadingDigits(value, precision + 1))
    default:
      return generalText(value, Math.max(precision, 1), type === '', isAlternate)
  }
}

/** `g`, and the precision alone, which keeps a digit behind the point. */
function generalText(value: number, precision: number, keepsPoint: boolean, isAlternate: boolean): string {
  const [digits, exponent] = leadingDigits(value, precision)
  const kept = isAlternate ? digits : digits.replace(/(?<=.)0+$/, '')
  if (exponent < -4 || exponent >= precision - Number(keepsPoint)) return exponentText(kept, exponent)
  const fixed = fixedText(value, precision - 1 - exponent)
  const short = isAlternate || !fixed.includes('.') ? fixed : fixed.replace(/\.?0+$/, '')
  return keepsPoint && !short.includes('.') ? `${short}.0` : short
}

function exponentText(digits: string, exponent: number): string {
  const mantissa = digits.length > 1 ? `${digits.charAt(0)}.${digits.slice(1)}` : digits
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** Thousands before the point. */
export const grouped = (shown: string, mark: string | undefined): string =>
  mark ? shown.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, mark)) : shown

/** @returns The error for a letter that Python does not know, or that is not known here. */
export function unknownCode(type: string, of: string): ModelError {
  if (type === 'n' || (type === 'c' && of === 'int')) return unsupported(`the format code '${type}'`)
  return pythonError('ValueError', `Unknown format code '${type}' for object of type '${of}'`)
}

export const unsupported = (what: string): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `The model formats a text with ${what}, which is not known here`,
    next: 'Write the text in another way',
  })
