import { ModelError } from '../errors/index.ts'

/** `./net.pth?quant=int8` → file and raw query. The first `?` separates; without one the query is empty. */
export function splitRequest(text: string): { readonly file: string; readonly query: string } {
  const mark = text.indexOf('?')
  return mark < 0 ? { file: text, query: '' } : { file: text.slice(0, mark), query: text.slice(mark + 1) }
}

/** Key → its values in order, percent-decoded. A `+` stands for itself. */
export type QueryPairs = ReadonlyMap<string, readonly string[]>

/** @throws ModelError BAD_QUERY_VALUE for a percent escape that cannot be decoded. */
export function parsePairs(query: string): QueryPairs {
  const pairs = new Map<string, string[]>()
  for (const part of query.replace(/^\?/, '').split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const key = decode(equals < 0 ? part : part.slice(0, equals), part)
    const value = equals < 0 ? '' : decode(part.slice(equals + 1), part)
    const values = pairs.get(key)
    if (values) values.push(value)
    else pairs.set(key, [value])
  }
  return pairs
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    const position = text.search(/%(?![0-9a-f]{2})/i)
    throw new ModelError('BAD_QUERY_VALUE', {
      what: `${part} holds a percent escape that cannot be decoded`,
      why:
        position < 0 ? 'The escaped bytes are not UTF-8' : `${text.slice(position, position + 3)} is not one`,
      next: 'Write a percent sign as %25',
    })
  }
}

/** Escapes what would end a value, a query or a module id; everything else stays readable. */
export const encodeValue = (text: string): string =>
  text.replace(/[%&#?\s"'`\\\p{Cc}]/gu, (character) =>
    character === "'" ? '%27' : encodeURIComponent(character),
  )
