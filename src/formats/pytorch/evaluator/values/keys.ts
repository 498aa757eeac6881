import { ModelError } from '../../../../errors/index.ts'
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
      return `t(${value.items.map(keyOf).join(',')})`
    case 'list':
    case 'dict':
    case 'set':
      throw new ModelError('MODEL_ERROR', { what: `A ${value.kind} cannot be a key of a dict` })
    default:
      return `o${identityOf(value)}`
  }
}
