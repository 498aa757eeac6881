import { ModelError } from '../../../../errors/index.ts'
import { type PythonError, pythonError } from '../python-error.ts'
import type { ClassValue, InstanceValue } from './class-value.ts'
import type { TupleValue } from './containers.ts'
import { type PyValue, type RangeValue, typeName } from './py-value.ts'
import { type ComputedFloat, NONE, type ScaledDim, type StrValue, str } from './scalars.ts'

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
function tupleKey({ items }: Pick<TupleValue, 'items'>): string {
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
 * @throws PythonError TypeError for what Python does not hash.
 * @throws ModelError UNSUPPORTED_CONSTRUCT for instances that compare by a method of their class.
 */
export function keyOf(value: PyValue): string {
  switch (value.kind) {
    case 'str':
      return `s${value.value}`
    case 'bool':
      return `n${Number(value.value)}`
    case 'int':
      return typeof value.value === 'number'
        ? `n${value.exact ?? wholeKey(value.value)}`
        : `d${value.value.key}`
    case 'float':
      if (value.symbolic) return symbolicKey(value.symbolic)
      // Each NaN is another key.
      return Number.isNaN(value.value) ? `o${identityOf(value)}` : `n${wholeKey(value.value)}`
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
      throw unhashable(value)
    case 'set':
      if (!value.isFrozen) throw unhashable(value)
      return `f${tupleKey({ items: value.items.map((item) => str(keyOf(item))).sort(byText) })}`
    case 'bytes':
      return `b${value.value}`
    case 'range':
      return rangeKey(value)
    case 'slice':
      return `i${tupleKey({ items: [value.lower, value.upper, value.step] })}`
    case 'view':
      if (value.part !== 'values') throw unhashable(value)
      return `o${identityOf(value)}`
    case 'instance':
      return instanceKey(value)
    default:
      return `o${identityOf(value)}`
  }
}

const byText = (a: StrValue, b: StrValue): number => (a.value < b.value ? -1 : Number(a.value > b.value))

/** Ranges of the same items are one key. */
function rangeKey({ start, stop, step }: RangeValue): string {
  const [first, end, stride] = [start, stop, step].map(({ value, exact }) =>
    typeof value === 'number' ? (exact ?? BigInt(value)) : undefined,
  )
  if (first === undefined || end === undefined || stride === undefined)
    return `r${tupleKey({ items: [start, stop, step] })}`
  const span = stride > 0n ? end - first + stride - 1n : first - end - stride - 1n
  const length = span > 0n ? span / (stride > 0n ? stride : -stride) : 0n
  return `r${length}${length > 0n ? ` ${first}` : ''}${length > 1n ? ` ${stride}` : ''}`
}

/** A whole one is the key that the int is. */
function symbolicKey(symbolic: ScaledDim | ComputedFloat): string {
  if (symbolic.kind === 'computed') return `o${identityOf(symbolic)}`
  const { dim, numerator, denominator } = symbolic
  return numerator === 1 && denominator === 1 ? `d${dim.key}` : `d${dim.key}*${numerator}/${denominator}`
}

/** A float beyond 2⁵³ is spelled as the int that it equals. */
const wholeKey = (value: number): number | bigint =>
  Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value

const unhashable = (value: PyValue): PythonError =>
  pythonError('TypeError', `unhashable type: '${typeName(value)}'`)

/** Which entry such an instance names, its methods would have to say, for every look at a dict or set. */
function instanceKey(value: InstanceValue): string {
  const hash = hashMethod(value.class)
  if (hash === undefined) return `o${identityOf(value)}`
  if (hash.kind === 'none') throw unhashable(value)
  throw refusedKey(
    `An instance of ${value.class.name}, which has __hash__ or __eq__ of its own,`,
    'Such keys would be told apart by identity here',
  )
}

/** A class with `__eq__` and without `__hash__` has instances without hash. @returns Undefined for that of `object`. */
export function hashMethod(of: ClassValue): PyValue | undefined {
  for (const { attributes } of of.mro) {
    const own = attributes.get('__hash__')
    if (own) return own
    if (attributes.has('__eq__')) return NONE
  }
  return undefined
}

const refusedKey = (what: string, why: string): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `${what} is a key of a dict or an item of a set`,
    why,
    next: 'Use a key such as a string or a tuple of numbers, or a list',
  })
