import { isNumber } from '../numbers/numbers.ts'
import { dictItems, keyOf, type PyValue, type SliceValue, tuple } from '../values/index.ts'
import { isSetLike, numbersHold, overloadOfBoth, setsHold } from './comparisons.ts'
import type { Interpreter } from './interpreter.ts'
import { sameRanges } from './ranges.ts'
import { undecidedOf, unknownUse } from './unknown-imports.ts'

/** `left == right`, of items of containers too: what is the same object is the same item, NaN as well. */
export function equals(i: Interpreter, left: PyValue, right: PyValue): boolean {
  if (left === right) return true
  const undecided = undecidedOf(left, right)
  if (undecided) throw unknownUse(undecided.name)
  // Lists that share their parts have many more pairs to compare than items.
  i.session.budget.step(2)
  if (isNumber(left) && isNumber(right)) return numbersHold(i, '==', left, right)
  if ((left.kind === 'tuple' && right.kind === 'tuple') || (left.kind === 'list' && right.kind === 'list')) {
    return sameItems(i, left.items, right.items)
  }
  if (left.kind === 'dict' && right.kind === 'dict') {
    i.session.budget.entries(left.size)
    const entries = left.entries()
    if (left.isOrdered && right.isOrdered && !i.equals(tuple(left.keys()), tuple(right.keys()))) return false
    return (
      entries.length === right.size &&
      entries.every(([key, value]) => {
        const other = right.get(key)
        return other !== undefined && i.equals(value, other)
      })
    )
  }
  if (isSetLike(left) && isSetLike(right)) return setsHold(i, '==', left, right)
  if (left.kind === 'str' && right.kind === 'str') return sameTexts(i, left.value, right.value)
  if (left.kind === 'range' && right.kind === 'range') return sameRanges(i, left, right)
  const overloaded = overloadOfBoth(i, '==', left, right)
  if (overloaded) return i.truth(overloaded)
  const [a, b] = [dictItems(left), dictItems(right)]
  return a && b ? i.equals(a, b) : equalPlain(left, right)
}

function sameTexts(i: Interpreter, left: string, right: string): boolean {
  if (left.length !== right.length) return false
  i.session.budget.reading(left.length)
  return left === right
}

const sameItems = (i: Interpreter, left: readonly PyValue[], right: readonly PyValue[]): boolean =>
  left.length === right.length &&
  left.every((item, index) => {
    const other = right[index]
    return other !== undefined && i.equals(item, other)
  })

const sliceParts = ({ lower, upper, step }: SliceValue): PyValue => tuple([lower, upper, step])

function equalPlain(left: PyValue, right: PyValue): boolean {
  switch (left.kind) {
    case 'none':
    case 'ellipsis':
      return left.kind === right.kind
    case 'bytes':
      return right.kind === 'bytes' && left.value === right.value
    case 'slice':
      return right.kind === 'slice' && keyOf(sliceParts(left)) === keyOf(sliceParts(right))
    case 'dtype':
    case 'constant':
    case 'type':
      return right.kind === left.kind && left.name === right.name
    case 'device':
      return right.kind === 'device'
        ? left.type === right.type
        : right.kind === 'str' && left.type === right.value
    default:
      return false
  }
}
