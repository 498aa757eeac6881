import { ModelError } from '../../../../errors/index.ts'
import type { TupleValue } from './containers.ts'
import type { PyValue } from './py-value.ts'

const identities = new WeakMap<object, number>()
let identityCount = 0

/** A number for each object, in the order they are first asked for: what `id()` and identity keys need. */
export function identityOf(value: object): number {
  const known = identities.get(value)
  if (known !== undefined) return known
  identities.set(value, ++identityCount)
  return identityCount
}

/** Characters of one key. A tuple of shared tuples spells out to any number, and CPython would hash it as long. */
const MAX_KEY = 1 << 24

/** Each part with its length before it, so that no part can look like two. */
function tupleKey({ items }: TupleValue): string {
  let text = 't'
  for (const item of items) {
    const key = keyOf(item)
    text += `${key.length}:${key}`
    if (text.length > MAX_KEY)
      throw new ModelError('LIMIT_EXCEEDED', {
        what: `A tuple that is a key of a dict holds more than ${MAX_KEY} characters`,
      })
  }
  return text
}

/**
 * What makes two dict keys one. Numbers compare by value across int, float and bool; everything mutable by identity.
 * @throws ModelError MODEL_ERROR for lists and dicts, which Python does not hash.
 */
export function keyOf(value: PyValue): string {
  switch (value.kind) {
    case 'str':
      return `s${value.value}`
    case 'bool':
      return `n${Number(value.value)}`
    case 'int':
      return typeof value.value === 'number' ? `n${value.value}` : `d${value.value.key}`
    case 'float':
      return value.symbolic
        ? `d${value.symbolic.dim.key}*${value.symbolic.numerator}/${value.symbolic.denominator}`
        : `n${value.value}`
    case 'none':
    case 'ellipsis':
      return value.kind
    case 'dtype':
    case 'constant':
      return `${value.kind} ${value.name}`
    case 'device':
      return `device ${value.type}`
    case 'tuple':
      return tupleKey(value)
    case 'list':
    case 'dict':
    case 'set':
      throw new ModelError('MODEL_ERROR', { what: `A ${value.kind} cannot be a key of a dict` })
    default:
      return `o${identityOf(value)}`
  }
}
