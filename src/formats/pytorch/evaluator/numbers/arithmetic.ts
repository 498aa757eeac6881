import type { BinaryOperator, UnaryOperator } from '../../source/index.ts'
import { concrete } from '../decisions.ts'
import { isDerived, isNotImplemented } from '../interpreter/comparisons.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { isUnknown, useUnknown } from '../interpreter/unknown-imports.ts'
import { pythonError } from '../python-error.ts'
import { shownText } from '../shown-text.ts'
import { percentFormat } from '../text/percent-format.ts'
import {
  bool,
  DictValue,
  dictItems,
  type FloatOperator,
  type FloatValue,
  float,
  type InstanceValue,
  type IntValue,
  int,
  ListValue,
  type PyValue,
  positional,
  SetValue,
  str,
  tuple,
  typeName,
} from '../values/index.ts'
import { computedFloat } from './computed-floats.ts'
import { floatResult } from './float-arithmetic.ts'
import { indexOf } from './indices.ts'
import { binaryInts } from './int-arithmetic.ts'
import {
  asFloat,
  asNumber,
  isNumber,
  isSafe,
  isSymbolicNumber,
  type NumberValue,
  plainNumber,
} from './numbers.ts'
import { scaledArithmetic } from './scaled-dims.ts'

interface OperatorRow {
  /** ATen operator for a tensor on the left, and for one on the right of a number. */
  readonly tensor: string
  readonly reflectedTensor: string
  readonly method: string
  readonly reflectedMethod: string
  readonly inPlaceMethod: string
}

const row = (tensor: string, name: string, reflectedTensor = tensor): OperatorRow => ({
  tensor,
  reflectedTensor,
  method: `__${name}__`,
  reflectedMethod: `__r${name}__`,
  inPlaceMethod: `__i${name}__`,
})

const OPERATORS: Readonly<Record<BinaryOperator, OperatorRow>> = {
  '+': row('add', 'add'),
  '-': row('sub', 'sub', 'rsub'),
  '*': row('mul', 'mul'),
  '/': row('div', 'truediv', '__rdiv__'),
  '//': row('floor_divide', 'floordiv', '__rfloordiv__'),
  '%': row('remainder', 'mod', '__rmod__'),
  '**': row('pow', 'pow', '__rpow__'),
  '@': row('matmul', 'matmul'),
  '&': row('__and__', 'and'),
  '|': row('__or__', 'or'),
  '^': row('__xor__', 'xor'),
  '<<': row('__lshift__', 'lshift'),
  '>>': row('__rshift__', 'rshift'),
}

const isInert = (value: PyValue): boolean => value.kind === 'namespace' && value.isInert === true

export function binary(i: Interpreter, operator: BinaryOperator, left: PyValue, right: PyValue): PyValue {
  const names = OPERATORS[operator]
  if (left.kind === 'tensor' || left.kind === 'opaque') return i.operator(names.tensor, [left, right])
  if (right.kind === 'tensor' || right.kind === 'opaque')
    return i.operator(names.reflectedTensor, [right, left])
  if (isNumber(left) && isNumber(right)) return binaryNumbers(i, operator, left, right)
  const unknown = isUnknown(left) ? left : isUnknown(right) ? right : undefined
  if (unknown) return useUnknown(i, unknown, `${unknown.name} ${operator} …`)
  // Flags of what has no effect: `DispatchKeySet(a) | DispatchKeySet(b)`.
  if (isInert(left) && isInert(right)) return left
  const overloaded = overload(i, names, left, right) ?? containers(i, operator, left, right)
  if (overloaded) return overloaded
  throw pythonError(
    'TypeError',
    `unsupported operand type(s) for ${operator}: '${typeName(left)}' and '${typeName(right)}'`,
  )
}

function overload(i: Interpreter, names: OperatorRow, left: PyValue, right: PyValue): PyValue | undefined {
  const own = () => answerOf(i, left, names.method, right)
  const { reflectedMethod } = names
  // Of one class, the method on the left has spoken for both.
  if (left.kind === 'instance' && right.kind === 'instance' && left.class === right.class) return own()
  const reflected = () => answerOf(i, right, reflectedMethod, left)
  const isFirst =
    isDerived(right, left) && ownMethod(right, reflectedMethod) !== ownMethod(left, reflectedMethod)
  return isFirst ? (reflected() ?? own()) : (own() ?? reflected())
}

/** `a += b` by a method of `a`'s class; undefined where it has none. */
export function inPlace(
  i: Interpreter,
  operator: BinaryOperator,
  left: InstanceValue,
  right: PyValue,
): PyValue | undefined {
  return answerOf(i, left, OPERATORS[operator].inPlaceMethod, right)
}

const ownMethod = (value: PyValue, name: string): PyValue | undefined =>
  value.kind === 'instance' || value.kind === 'tuple' ? value.class?.lookup(name) : undefined

/** What a method of an operator says; undefined where there is none, or it leaves it to the other side. */
function answerOf(i: Interpreter, self: PyValue, name: string, other: PyValue): PyValue | undefined {
  const method = ownMethod(self, name)
  const answer = method && i.call(method, positional(self, other))
  return answer && !isNotImplemented(answer) ? answer : undefined
}

/** What `int | None` is written of. */
const isTypeLike = ({ kind }: PyValue): boolean => kind === 'type' || kind === 'class' || kind === 'none'

/** `+` joins, `*` repeats, `%` formats, `|` merges. */
function containers(
  i: Interpreter,
  operator: BinaryOperator,
  left: PyValue,
  right: PyValue,
): PyValue | undefined {
  if (operator === '+') return concatenated(i, left, right)
  if (operator === '*') return repeated(i, left, right) ?? repeated(i, right, left)
  if (operator === '%' && left.kind === 'str')
    return shownText(i.session, () => percentFormat(i, left.value, right))
  if (
    operator === '|' &&
    isTypeLike(left) &&
    isTypeLike(right) &&
    (left.kind !== 'none' || right.kind !== 'none')
  )
    return { kind: 'type', name: 'Union', args: [left, right] }
  const [a, b] = operator === '|' ? [dictItems(left), dictItems(right)] : []
  if (a && b) {
    i.session.budget.entries(a.size + b.size)
    const made = new DictValue([...a.entries(), ...b.entries()], a.factory)
    made.isOrdered = a.isOrdered
    return made
  }
  return setOperation(i, operator, left, right)
}

function concatenated(i: Interpreter, left: PyValue, right: PyValue): PyValue | undefined {
  const { budget } = i.session
  if (left.kind === 'str' && right.kind === 'str') {
    return shownText(i.session, () => {
      budget.text(left.value.length + right.value.length)
      return left.value + right.value
    })
  }
  if (left.kind === 'bytes' && right.kind === 'bytes') {
    budget.text(left.value.length + right.value.length)
    return { kind: 'bytes', value: left.value + right.value }
  }
  if (!(left.kind === 'list' && right.kind === 'list') && !(left.kind === 'tuple' && right.kind === 'tuple'))
    return undefined
  budget.step(left.items.length + right.items.length)
  const items = [...left.items, ...right.items]
  return left.kind === 'list' ? new ListValue(items) : tuple(items)
}

function repeated(i: Interpreter, sequence: PyValue, times: PyValue): PyValue | undefined {
  if (sequence.kind !== 'str' && sequence.kind !== 'list' && sequence.kind !== 'tuple') return undefined
  const index = times.kind === 'tensor' ? undefined : indexOf(i, times)
  if (!index) return undefined
  const asked = concrete(i.session, index.value)
  const { length } = sequence.kind === 'str' ? sequence.value : sequence.items
  const count = length === 0 ? 0 : Math.max(0, asked)
  if (sequence.kind === 'str') {
    i.session.budget.text(count * length)
    return str(sequence.value.repeat(count))
  }
  i.session.budget.step(count * length)
  const items = Array.from({ length: count }, () => sequence.items).flat()
  return sequence.kind === 'list' ? new ListValue(items) : tuple(items)
}

/** Of sets with each other; keys and pairs of a dict join with anything that can be iterated. */
function setOperation(
  i: Interpreter,
  operator: BinaryOperator,
  left: PyValue,
  right: PyValue,
): PyValue | undefined {
  const isView = [left, right].some((value) => value.kind === 'view' && value.part !== 'values')
  if (!isView && (left.kind !== 'set' || right.kind !== 'set')) return undefined
  if (!'|&-^'.includes(operator)) return undefined
  const [a, b] = [new SetValue(i.iterate(left)), new SetValue(i.iterate(right))]
  i.session.budget.entries(a.size + b.size)
  const without = (items: SetValue, others: SetValue) => items.items.filter((item) => !others.has(item))
  const made = (items: readonly PyValue[]) => new SetValue(items, left.kind === 'set' && left.isFrozen)
  switch (operator) {
    case '|':
      return made([...a.items, ...b.items])
    case '&':
      return made(a.items.filter((item) => b.has(item)))
    case '-':
      return made(without(a, b))
    case '^':
      return made([...without(a, b), ...without(b, a)])
    default:
      return undefined
  }
}

function binaryNumbers(
  i: Interpreter,
  operator: BinaryOperator,
  left: NumberValue,
  right: NumberValue,
): PyValue {
  if (left.kind === 'bool' && right.kind === 'bool' && '&|^'.includes(operator)) {
    const [a, b] = [left.value, right.value]
    return bool(operator === '&' ? a && b : operator === '|' ? a || b : a !== b)
  }
  const [a, b] = [asNumber(left), asNumber(right)]
  if (a.kind === 'int' && b.kind === 'int') return binaryInts(i, operator, a, b)
  return binaryFloats(i, operator, a, b)
}

function binaryFloats(
  i: Interpreter,
  operator: BinaryOperator,
  a: IntValue | FloatValue,
  b: IntValue | FloatValue,
): PyValue {
  return (
    symbolicFloats(i, operator, a, b) ?? float(floatResult(operator, plainNumber(i, a), plainNumber(i, b)))
  )
}

/** What stems from a dynamic size: as a fraction of it where that is exact, else for the graph to compute. */
function symbolicFloats(
  i: Interpreter,
  operator: BinaryOperator,
  a: IntValue | FloatValue,
  b: IntValue | FloatValue,
): FloatValue | undefined {
  if (!isSymbolicNumber(a) && !isSymbolicNumber(b)) return undefined
  const scaled = scaledArithmetic(i, operator, a, b)
  const computed = COMPUTED.get(operator)
  if (scaled || computed === undefined) return scaled
  if ([a, b].some((value) => value.kind === 'int' && !isSafe(value))) return undefined
  return computedFloat(i, computed, [asFloat(i, a), asFloat(i, b)])
}

const COMPUTED: ReadonlyMap<BinaryOperator, FloatOperator> = new Map([
  ['+', 'add'],
  ['-', 'sub'],
  ['*', 'mul'],
  ['/', 'div'],
  ['**', 'pow'],
])

export function unary(i: Interpreter, operator: UnaryOperator, operand: PyValue): PyValue {
  if (operand.kind === 'opaque') return operand
  if (operand.kind === 'tensor') {
    return operator === '-'
      ? i.operator('neg', [operand])
      : operator === '~'
        ? i.operator('bitwise_not', [operand])
        : operand
  }
  if (isNumber(operand)) {
    const value = asNumber(operand)
    if (operator === '+') return value
    if (operator === '~') return i.binary('-', i.binary('*', value, int(-1)), int(1))
    return value.kind === 'float' && !value.symbolic ? float(-value.value) : i.binary('*', value, int(-1))
  }
  const method =
    operand.kind === 'instance'
      ? operand.class.lookup(operator === '-' ? '__neg__' : operator === '+' ? '__pos__' : '__invert__')
      : undefined
  if (method) return i.call(method, positional(operand))
  throw pythonError('TypeError', `bad operand type for unary ${operator}: '${typeName(operand)}'`)
}
