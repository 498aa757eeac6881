import { ModelError } from '../../../errors/index.ts'
import { decodeTextOrBytes } from './reader.ts'
import { bigInt, FALSE, type PickleFloat, type PickleValue, TRUE } from './value.ts'

/** Python reads ints of any length; models hold none beyond 64 bits but for hashes and random seeds. */
const MAX_INT_BYTES = 1024
const MAX_INT_DIGITS = 2400

/** A two's complement little-endian int, as LONG1 and LONG4 hold it. */
export function decodeLong(bytes: Uint8Array): PickleValue {
  checkIntSize(bytes.byteLength, MAX_INT_BYTES)
  if (bytes.byteLength === 0) return bigInt(0n)
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).reverse()
  return bigInt(BigInt.asIntN(bytes.byteLength * 8, BigInt(`0x${digits.join('')}`)))
}

export const checkLongLength = (length: number): void => checkIntSize(length, MAX_INT_BYTES)

function checkIntSize(size: number, limit: number): void {
  if (size <= limit) return
  throw new ModelError('LIMIT_EXCEEDED', { what: `A pickle holds an int of ${size} digits or bytes` })
}

/** INT: decimal, or `00` and `01` for the bools of protocol 0. LONG: decimal with a trailing `L`. */
export function parseInteger(line: string): PickleValue | undefined {
  if (line === '00') return FALSE
  if (line === '01') return TRUE
  checkIntSize(line.length, MAX_INT_DIGITS)
  return /^\s*[-+]?\d+L?\s*$/.test(line) ? bigInt(BigInt(line.trim().replace(/^\+|L$/g, ''))) : undefined
}

const SPECIAL_FLOATS = new Map([
  ['nan', Number.NaN],
  ['-nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
])

export function parseFloatText(line: string): PickleFloat | undefined {
  const special = SPECIAL_FLOATS.get(line)
  if (special !== undefined) return { kind: 'float', value: special }
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(line)
    ? { kind: 'float', value: Number(line) }
    : undefined
}

const ESCAPES = new Map([
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['a', 0x07],
  ['b', 0x08],
  ['f', 0x0c],
  ['v', 0x0b],
  ['\\', 0x5c],
  ["'", 0x27],
  ['"', 0x22],
])

/** STRING: the repr of a Python 2 `str`, quotes included. */
export function parseQuoted(line: string): PickleValue | undefined {
  const quote = line[0]
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote) return undefined
  const text = line
    .slice(1, -1)
    .replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[nrtabfv\\'"])/g, (_, code: string) =>
      String.fromCharCode(escapeValue(code) & 0xff),
    )
  const decoded = decodeTextOrBytes(Uint8Array.from(text, (char) => char.charCodeAt(0)))
  return typeof decoded === 'string' ? { kind: 'string', value: decoded } : { kind: 'bytes', value: decoded }
}

function escapeValue(code: string): number {
  if (code.startsWith('x')) return Number.parseInt(code.slice(1), 16)
  return ESCAPES.get(code) ?? Number.parseInt(code, 8)
}

/** UNICODE: latin-1 text with `\uXXXX` and `\UXXXXXXXX` escapes. */
export function parseRawUnicode(line: string): PickleValue | undefined {
  const value = line.replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (whole, four, eight) => {
    const code = Number.parseInt(four ?? eight, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
  return { kind: 'string', value }
}
