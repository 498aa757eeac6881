const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/** What Python does not print: control and format characters, separators but the space, and what has no character. */
const UNPRINTABLE = /[\\\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu

/** `repr` of a text: in single quotes, unless only they stand in it. */
export const quoted = (value: string): string => inQuotes(value.replace(UNPRINTABLE, escaped), value)

/** `ascii` of a text. */
export const quotedAscii = (value: string): string => quoted(value).replace(/[^\x20-\x7e]/gu, escaped)

/** `repr` of bytes, behind the `b`. */
export const quotedBytes = (value: string): string =>
  inQuotes(value.replace(/[\\]|[^\x20-\x7e]/g, escaped), value)

function inQuotes(shown: string, value: string): string {
  const mark = value.includes("'") && !value.includes('"') ? '"' : "'"
  return mark + (mark === "'" ? shown.replaceAll("'", "\\'") : shown) + mark
}

function escaped(character: string): string {
  const known = ESCAPES.get(character)
  if (known) return known
  const point = character.codePointAt(0) ?? 0
  const digits = point.toString(16)
  if (point < 0x100) return `\\x${digits.padStart(2, '0')}`
  return point < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`
}
