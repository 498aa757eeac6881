import type { Canonical, Key } from './key.ts'
import { KEY_NAMES, KEYS, type KeyName, type Request } from './keys.ts'
import { encodeValue } from './query-string.ts'

export type CanonicalValue = Exclude<Canonical, undefined>

const ROWS: { readonly [K in KeyName]: Key<Request[K]> } = KEYS

const print = <K extends KeyName>(name: K, request: Request): Canonical => ROWS[name].print(request[name])

/**
 * The request as plain data: keys sorted, defaults applied, keys without a value left out. Two queries that mean the
 * same give the same object.
 *
 * @param names only these keys, where a stage asks for what it reads.
 */
export function canonicalKeys(
  request: Request,
  names: readonly KeyName[] = KEY_NAMES,
): Record<string, CanonicalValue> {
  const entries = [...names].sort().flatMap((name) => {
    const value = print(name, request)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(entries)
}

/**
 * The request as a query that reads back as the same request: its identity as a string.
 *
 * @example canonicalQuery(parseRequest('quant=int8')) // 'as=model&format=onnx&guards=warn&…&quant=int8&…'
 */
export function canonicalQuery(request: Request): string {
  return Object.entries(canonicalKeys(request))
    .flatMap(([name, value]) => queryTexts(name, value).map((text) => `${name}=${encodeValue(text)}`))
    .join('&')
}

/** `input` is repeated, as its dims hold commas; other lists are joined by them. */
function queryTexts(name: string, value: CanonicalValue): readonly string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)]
  return name === 'input' ? value : [value.join(',')]
}
