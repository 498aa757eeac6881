import { bool, float, int, ListValue, NONE, type PyValue, str, tuple } from '../evaluator/values/index.ts'
import type { PickleValue } from '../pickle/index.ts'

const MAX_DEPTH = 4

/** A number, a text, None, or lists and tuples of such, out of a pickle; undefined for anything else. */
export function plainValueOf(value: PickleValue, depth = 0): PyValue | undefined {
  switch (value.kind) {
    case 'none':
      return NONE
    case 'bool':
      return bool(value.value)
    case 'int':
      return typeof value.value === 'number' ? int(value.value) : undefined
    case 'float':
      return float(value.value)
    case 'string':
      return str(value.value)
    case 'list':
    case 'tuple': {
      const items = depth < MAX_DEPTH ? value.items.map((item) => plainValueOf(item, depth + 1)) : [undefined]
      const known = items.filter((item) => item !== undefined)
      if (known.length < items.length) return undefined
      return value.kind === 'list' ? new ListValue(known) : tuple(known)
    }
    default:
      return undefined
  }
}

/** Whether two plain values are equal as Python has it; undefined where `b` is no plain value. */
export function samePlainValue(a: PyValue, b: PyValue): boolean | undefined {
  const left = plainItems(a)
  const right = plainItems(b)
  if (left && right) {
    const same = left.map((item, index) => samePlainValue(item, right[index] ?? NONE))
    return left.length === right.length && (same.includes(undefined) ? undefined : !same.includes(false))
  }
  if (left || right) return isScalar(a) || isScalar(b) ? false : undefined
  return isScalar(a) && isScalar(b) ? Object.is(scalarOf(a), scalarOf(b)) : undefined
}

const plainItems = (value: PyValue): readonly PyValue[] | undefined =>
  value.kind === 'list' || value.kind === 'tuple' ? value.items : undefined

const isScalar = (value: PyValue): boolean => scalarOf(value) !== undefined

/** `True`, `1` and `1.0` are equal, and so are `0.0` and `-0.0`. */
function scalarOf(value: PyValue): number | string | null | undefined {
  switch (value.kind) {
    case 'none':
      return null
    case 'bool':
      return Number(value.value)
    case 'int':
      return typeof value.value === 'number' ? value.value : undefined
    case 'float':
      return value.symbolic ? undefined : value.value + 0
    case 'str':
      return `'${value.value}'`
    default:
      return undefined
  }
}
