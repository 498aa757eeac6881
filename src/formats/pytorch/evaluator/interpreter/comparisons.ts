import type { Relation } from '../../../../graph/index.ts'
import type { CompareOperator } from '../../source/index.ts'
import { undecidedComparison } from '../branches/index.ts'
import { memberOf } from '../classes/enums.ts'
import { compareNumbers, holds } from '../decisions.ts'
import { asNumber, isNumber, isSafe, isSymbolicNumber, plainNumber, wholeNumber } from '../numbers/numbers.ts'
import { scaledHold } from '../numbers/scaled-dims.ts'
import { pythonError } from '../python-error.ts'
import { textOrder } from '../text/text-order.ts'
import {
  bool,
  type DictView,
  type FloatValue,
  type IntValue,
  type PyValue,
  positional,
  type SetValue,
  typeName,
} from '../values/index.ts'
import { settledKey } from './dynamic-keys.ts'
import type { Interpreter } from './interpreter.ts'
import { placeInRange } from './ranges.ts'
import { undecidedOf, useUnknown } from './unknown-imports.ts'

/** The ATen operator and the dunder method of each comparison. */
const RELATIONS: Readonly<Record<Relation, { readonly operator: string; readonly method: string }>> = {
  '==': { operator: 'eq', method: '__eq__' },
  '!=': { operator: 'ne', method: '__ne__' },
  '<': { operator: 'lt', method: '__lt__' },
  '<=': { operator: 'le', method: '__le__' },
  '>': { operator: 'gt', method: '__gt__' },
  '>=': { operator: 'ge', method: '__ge__' },
}

const MIRRORED: Readonly<Record<Relation, Relation>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

export function compare(i: Interpreter, operator: CompareOperator, left: PyValue, right: PyValue): PyValue {
  const undecided = left === right ? undefined : undecidedOf(left, right)
  if (undecided) return useUnknown(i, undecided, `${undecided.name} ${operator} …`)
  switch (operator) {
    case 'is':
      return bool(isSame(i, left, right))
    case 'is not':
      return bool(!isSame(i, left, right))
    case 'in':
      return bool(contains(i, right, left))
    case 'not in':
      return bool(!contains(i, right, left))
    default:
      return relate(i, operator, left, right)
  }
}

/** Singletons and objects by identity; plain values, of which Python keeps one, by equality. */
function isSame(i: Interpreter, left: PyValue, right: PyValue): boolean {
  if (left === right) return true
  if (memberOf(left) || memberOf(right)) return memberOf(left) === memberOf(right)
  switch (left.kind) {
    case 'none':
    case 'bool':
    case 'ellipsis':
    case 'dtype':
    case 'constant':
    case 'int':
    case 'str':
      return left.kind === right.kind && i.equals(left, right)
    case 'type':
      return right.kind === 'type' && left.name === right.name
    default:
      return false
  }
}

function contains(i: Interpreter, container: PyValue, item: PyValue): boolean {
  if (container.kind === 'dict' || container.kind === 'set')
    return container.has(settledKey(i, container, item))
  if (container.kind === 'view' && container.part !== 'values') return viewContains(i, container, item)
  if (container.kind === 'range' && item.kind === 'int') return placeInRange(i, container, item) !== undefined
  if (container.kind === 'str') i.session.budget.reading(container.value.length)
  if (container.kind === 'str') return item.kind === 'str' && container.value.includes(item.value)
  if (container.kind === 'instance') {
    const method = i.findAttribute(container, '__contains__')
    if (method) return i.truth(i.call(method, positional(item)))
  }
  for (const member of i.items(container)) {
    if (member === item || i.equals(member, item)) return true
  }
  return false
}

/** A key, or a pair of a key and its value. */
function viewContains(i: Interpreter, { dict, part }: DictView, item: PyValue): boolean {
  if (part === 'keys') return dict.has(settledKey(i, dict, item))
  const [key, value, more] = item.kind === 'tuple' ? item.items : []
  const held = key && !more ? dict.get(settledKey(i, dict, key)) : undefined
  return held !== undefined && value !== undefined && i.equals(held, value)
}

/** Sets, keys and pairs of dicts, of which one may hold the other. */
export const isSetLike = (value: PyValue): value is SetValue | DictView =>
  value.kind === 'set' || (value.kind === 'view' && value.part !== 'values')

/** Whether the left one holds as many as the relation says, and one holds all of the other. */
export function setsHold(
  i: Interpreter,
  relation: Relation,
  left: SetValue | DictView,
  right: SetValue | DictView,
): boolean {
  if (relation === '!=') return !setsHold(i, '==', left, right)
  if (!compareNumbers(left.size, relation, right.size)) return false
  const [small, large] = relation === '>' || relation === '>=' ? [right, left] : [left, right]
  i.session.budget.entries(small.size)
  return i.iterate(small).every((item) => contains(i, large, item))
}

function relate(i: Interpreter, relation: Relation, left: PyValue, right: PyValue): PyValue {
  if (left.kind === 'opaque') return left
  if (right.kind === 'opaque') return right
  if (left.kind === 'tensor') {
    if (right.kind === 'none' || right.kind === 'str') return bool(relation === '!=')
    return i.operator(RELATIONS[relation].operator, [left, right])
  }
  if (right.kind === 'tensor') return relate(i, MIRRORED[relation], right, left)
  const overloaded = overloadOfBoth(i, relation, left, right)
  if (overloaded) return overloaded
  // By value alone: NaN is not what it is, though containers take it for the same item.
  if (isNumber(left) && isNumber(right))
    return undecidedComparison(i, () => numbersHold(i, relation, left, right), [
      RELATIONS[relation].operator,
      left,
      right,
    ])
  if (relation === '==') return bool(i.equals(left, right))
  if (relation === '!=') return bool(!i.equals(left, right))
  return bool(isOrdered(i, relation, left, right))
}

/** The method of a class derived from the left side's goes first, as Python has it. */
export function overloadOfBoth(
  i: Interpreter,
  relation: Relation,
  left: PyValue,
  right: PyValue,
): PyValue | undefined {
  const own = () => overload(i, relation, left, right)
  const mirrored = () => overload(i, MIRRORED[relation], right, left)
  return isDerived(right, left) ? (mirrored() ?? own()) : (own() ?? mirrored())
}

/** Whether a value's class derives from that of another. */
export const isDerived = (value: PyValue, from: PyValue): boolean =>
  value.kind === 'instance' &&
  from.kind === 'instance' &&
  value.class !== from.class &&
  value.class.isSubclassOf(from.class)

/** What the left side's own method says; undefined when it has none, or leaves the answer to the other side. */
function overload(i: Interpreter, relation: Relation, left: PyValue, right: PyValue): PyValue | undefined {
  if (left.kind !== 'instance') return undefined
  const method = left.class.lookup(RELATIONS[relation].method)
  if (method) {
    const answer = i.call(method, positional(left, right))
    return isNotImplemented(answer) ? undefined : answer
  }
  // `__ne__` of its own it has none: Python turns what `__eq__` says.
  const equal = relation === '!=' ? overload(i, '==', left, right) : undefined
  return equal && bool(!i.truth(equal))
}

/** What a method of an operator answers to leave it to the other side. */
export const isNotImplemented = (value: PyValue): boolean =>
  value.kind === 'constant' && value.name === 'NotImplemented'

function isOrdered(i: Interpreter, relation: Relation, left: PyValue, right: PyValue): boolean {
  if (isNumber(left) && isNumber(right)) return numbersHold(i, relation, left, right)
  if (left.kind === 'str' && right.kind === 'str') {
    i.session.budget.reading(Math.min(left.value.length, right.value.length))
    return compareNumbers(textOrder(left.value, right.value), relation, 0)
  }
  if ((left.kind === 'tuple' || left.kind === 'list') && left.kind === right.kind) {
    return sequencesHold(i, relation, left.items, right.items)
  }
  if (isSetLike(left) && isSetLike(right)) return setsHold(i, relation, left, right)
  throw pythonError(
    'TypeError',
    `'${relation}' not supported between instances of '${typeName(left)}' and '${typeName(right)}'`,
  )
}

/** Lexicographic: the first pair that differs decides. */
function sequencesHold(
  i: Interpreter,
  relation: Relation,
  left: readonly PyValue[],
  right: readonly PyValue[],
): boolean {
  i.session.budget.step(left.length)
  for (const [index, item] of left.entries()) {
    const other = right[index]
    if (!other) break
    if (!i.equals(item, other)) return isOrdered(i, relation, item, other)
  }
  return compareNumbers(left.length, relation, right.length)
}

type NumberValue = Extract<PyValue, { kind: 'int' | 'float' | 'bool' }>

export function numbersHold(
  i: Interpreter,
  relation: Relation,
  left: NumberValue,
  right: NumberValue,
): boolean {
  const [a, b] = [asNumber(left), asNumber(right)]
  const isLong = (a.kind === 'int' && !isSafe(a)) || (b.kind === 'int' && !isSafe(b))
  if (isLong && !isSymbolicNumber(a) && !isSymbolicNumber(b)) return longHold(i, relation, a, b)
  if (a.kind === 'int' && b.kind === 'int') return holds(i.session, a.value, relation, b.value)
  return (
    (isSymbolicNumber(a) || isSymbolicNumber(b) ? scaledHold(i, relation, a, b) : undefined) ??
    compareNumbers(plainNumber(i, a), relation, plainNumber(i, b))
  )
}

/** By all digits, as Python compares ints with floats too. */
function longHold(
  i: Interpreter,
  relation: Relation,
  left: IntValue | FloatValue,
  right: IntValue | FloatValue,
): boolean {
  const [a, b] = [left, right].map((value) => (value.kind === 'int' ? wholeNumber(i, value) : value.value))
  if (a === undefined || b === undefined) return false
  const order = a < b ? -1 : a > b ? 1 : Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : 0
  return compareNumbers(order, relation, 0)
}
