import type { Dialect } from './dialect.ts'

/** An integer literal of any base; a bigint only where a double would round it. */
export function intValue(text: string): number | bigint {
  const digits = text.replaceAll('_', '')
  const value = Number(digits)
  return Number.isSafeInteger(value) ? value : BigInt(digits)
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\n', ''],
])

const ESCAPE =
  /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|N\{[^}]*\}|\r\n|([\s\S]))/g

/**
 * A string literal's value. An unknown escape keeps its backslash, as Python does.
 * Under `byteEscapes` octal and hex escapes are UTF-8 bytes: `\303\251` is `é`.
 */
export function unescapeString(body: string, dialect: Pick<Dialect, 'byteEscapes'>): string {
  if (!body.includes('\\')) return body
  let sawByte = false
  const text = body.replace(ESCAPE, (all, octal, hex, short, long, simple) => {
    if (octal !== undefined || hex !== undefined) {
      sawByte = true
      return String.fromCharCode(octal === undefined ? Number.parseInt(hex, 16) : Number.parseInt(octal, 8))
    }
    const code = short ?? long
    if (code !== undefined) {
      const point = Number.parseInt(code, 16)
      return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd'
    }
    if (simple === undefined) return all.startsWith('\\N') ? all : ''
    return SIMPLE_ESCAPES.get(simple) ?? all
  })
  return dialect.byteEscapes && sawByte ? decodeBytes(text) : text
}

/** Characters below 256 are bytes; a text that is not UTF-8 after all stays as it is. */
function decodeBytes(text: string): string {
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 256) bytes.push(code)
    else bytes.push(...new TextEncoder().encode(character))
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))
  } catch {
    return text
  }
}
