import { add, ceilDiv, maxDim, mul, sub } from '../../../../graph/index.ts'
import { connected, negated, pythonBool } from '../../evaluator/branches/index.ts'
import { asText } from '../../evaluator/builtins/arguments.ts'
import { lengthOf } from '../../evaluator/builtins/length.ts'
import { METHODS } from '../../evaluator/builtins/methods.ts'
import { sortedItems } from '../../evaluator/builtins/sorting.ts'
import { toFloat, toInt } from '../../evaluator/builtins/types.ts'
import { concrete } from '../../evaluator/decisions.ts'
import { asSliceEnd } from '../../evaluator/interpreter/expressions.ts'
import { ceilNumber, floorNumber, MATH } from '../../evaluator/library/math.ts'
import { asIndex } from '../../evaluator/numbers/indices.ts'
import { UndecidedByData } from '../../evaluator/undecided.ts'
import {
  bool,
  DictValue,
  float,
  int,
  ListValue,
  NONE,
  type PyValue,
  str,
  tuple,
} from '../../evaluator/values/index.ts'
import type { BinaryOperator, CompareOperator } from '../../source/index.ts'
import type { OperatorContext } from '../context.ts'
import type { CustomTable } from '../operator.ts'

type Custom = CustomTable[string]

const binary =
  (operator: BinaryOperator): Custom =>
  (c, { positional: [left = NONE, right = NONE] }) =>
    c.interpreter.binary(operator, left, right)

/** Of ints and bools, and of bools that only the data gives. */
const logical =
  (operator: 'and' | 'or' | 'xor', spelled: BinaryOperator): Custom =>
  (c, { positional: [left = NONE, right = NONE] }) =>
    left.kind === 'tensor' || right.kind === 'tensor'
      ? connected(c.interpreter, operator, [left, right])
      : c.interpreter.binary(spelled, left, right)

const compare =
  (operator: CompareOperator): Custom =>
  (c, { positional: [left = NONE, right = NONE] }) =>
    c.interpreter.compare(operator, left, right)

/** TorchScript compares sizes, which are tuples here, with lists. */
const compareAsLists =
  (operator: CompareOperator): Custom =>
  (c, { positional: [left = NONE, right = NONE] }) =>
    left.kind === 'tuple' && right.kind === 'list'
      ? c.interpreter.compare(operator, new ListValue(left.items), right)
      : right.kind === 'tuple' && left.kind === 'list'
        ? c.interpreter.compare(operator, left, new ListValue(right.items))
        : c.interpreter.compare(operator, left, right)

/** A built-in function of Python under its own name. */
const builtin =
  (name: string): Custom =>
  (c, args) =>
    c.interpreter.call(c.interpreter.builtin(name), args)

const math =
  (name: string): Custom =>
  (c, args) =>
    c.interpreter.call(MATH.get(name) ?? NONE, args)

/** A method of lists, dicts or strings, called as a function of the value. */
const method =
  (name: string): Custom =>
  (c, args) => {
    const [self] = args.positional
    const callee = self && METHODS.get(self.kind)?.get(name)
    return callee
      ? c.interpreter.call(callee, args)
      : c.fail(`a ${self?.kind ?? 'missing'} value has no ${name}`)
  }

/** What Python gives as a view of a dict, TorchScript gives as a list. */
const listed =
  (name: string): Custom =>
  (c, args) =>
    new ListValue(c.interpreter.iterate(method(name)(c, args)))

const slice: Custom = (c, { positional: [items = NONE, start = NONE, end = NONE, step = NONE] }) => {
  const ends = [start, end, step].map((value) => asSliceEnd(c.interpreter, value))
  const [lower = NONE, upper = NONE, stride = NONE] = ends
  return c.interpreter.getItem(items, { kind: 'slice', lower, upper, step: stride })
}

/** Number of turns of `range(start, stop, step)`. */
const rangeLength: Custom = (c, { positional: [start = NONE, stop = NONE, step = NONE] }) => {
  const [from, to, by] = [
    asIndex(c.interpreter, start).value,
    asIndex(c.interpreter, stop).value,
    concrete(c.session, asIndex(c.interpreter, step).value),
  ]
  const span = by > 0 ? sub(to, from) : sub(from, to)
  try {
    const count = concrete(c.session, span)
    return int(Math.max(0, Math.ceil(count / Math.abs(by))))
  } catch (error) {
    if (!(error instanceof UndecidedByData)) throw error
    return int(maxDim(0, ceilDiv(span, Math.abs(by))))
  }
}

const derivedIndex: Custom = (c, { positional: [index = NONE, start = NONE, step = NONE] }) =>
  int(
    add(
      asIndex(c.interpreter, start).value,
      mul(asIndex(c.interpreter, index).value, asIndex(c.interpreter, step).value),
    ),
  )

const sort: Custom = (c, { positional: [list = NONE, reverse] }) => {
  if (list.kind !== 'list') return c.fail('a list is needed')
  const sorted = sortedItems(c.interpreter, list.items, undefined, reverse)
  for (const [at, item] of sorted.entries()) list.items[at] = item
  return NONE
}

const squareRoot: Custom = (c, args) => c.interpreter.call(MATH.get('sqrt') ?? NONE, args)

/** What TorchScript says of execution modes. */
const never: Custom = () => bool(false)
const nothing: Custom = () => NONE

const copied = (value: PyValue): PyValue => {
  if (value.kind === 'list') return new ListValue(value.items)
  return value.kind === 'dict' ? new DictValue(value.entries()) : value
}

const makeDict: Custom = (c: OperatorContext, { positional: [source] }) => {
  if (!source || source.kind === 'dict') return new DictValue(source?.entries() ?? [])
  return new DictValue(
    c.interpreter.iterate(source).map((pair): [PyValue, PyValue] => {
      const [key = NONE, value = NONE] = c.interpreter.iterate(pair)
      return [key, value]
    }),
  )
}

/** ATen operators on Python values: TorchScript spells `a + b` of ints as `torch.add(a, b)`. */
export const PYTHON_LEVEL: CustomTable = {
  add: binary('+'),
  sub: binary('-'),
  mul: binary('*'),
  div: binary('/'),
  floordiv: binary('//'),
  floor_divide: binary('//'),
  remainder: binary('%'),
  pow: binary('**'),
  __and__: logical('and', '&'),
  __or__: logical('or', '|'),
  __xor__: logical('xor', '^'),
  __lshift__: binary('<<'),
  __rshift__: binary('>>'),
  neg: (c, { positional: [value = NONE] }) => c.interpreter.unary('-', value),
  eq: compareAsLists('=='),
  ne: compareAsLists('!='),
  lt: compare('<'),
  le: compare('<='),
  gt: compare('>'),
  ge: compare('>='),
  __is__: compare('is'),
  __isnot__: compare('is not'),
  __not__: (c, { positional: [value = NONE] }) => negated(c.interpreter, value),
  __contains__: (c, { positional: [container = NONE, item = NONE] }) =>
    c.interpreter.compare('in', item, container),
  __getitem__: (c, { positional: [container = NONE, index = NONE] }) =>
    c.interpreter.getItem(container, index),
  _set_item: (c, { positional: [container = NONE, index = NONE, value = NONE] }) => {
    c.interpreter.setItem(container, index, value)
    return container
  },
  Delete: (c, { positional: [container = NONE, index = NONE] }) => {
    c.interpreter.deleteItem(container, index)
    return NONE
  },
  Int: (c, { positional: [value = NONE] }) => toInt(c.interpreter, value),
  Float: (c, { positional: [value = NONE] }) => toFloat(c.interpreter, value),
  Bool: (c, { positional: [value = NONE] }) => pythonBool(c.interpreter, value),
  str: (c, { positional: [value = NONE] }) => str(c.interpreter.text(value)),
  ScalarImplicit: (_, { positional: [value = NONE] }) => value,
  len: (c, { positional: [value = NONE] }) => lengthOf(c.interpreter, value),
  ceil: (c, { positional: [value] }) => ceilNumber(c.interpreter, value),
  floor: (c, { positional: [value] }) => floorNumber(c.interpreter, value),
  sqrt: squareRoot,
  exp: math('exp'),
  log: math('log'),
  log2: math('log2'),
  sin: math('sin'),
  cos: math('cos'),
  tanh: math('tanh'),
  mathremainder: math('remainder'),
  fmod: math('fmod'),
  isinf: math('isinf'),
  isnan: math('isnan'),
  round: (c, args) => {
    const value = builtin('round')(c, args)
    return value.kind === 'int' && typeof value.value === 'number' ? float(value.value) : value
  },
  min: builtin('min'),
  max: builtin('max'),
  sum: builtin('sum'),
  any: builtin('any'),
  all: builtin('all'),
  abs: builtin('abs'),
  sorted: builtin('sorted'),
  slice,
  list: (c, { positional: [items = NONE] }) => new ListValue(c.interpreter.iterate(items)),
  dict: makeDict,
  copy: (_, { positional: [value = NONE] }) => copied(value),
  append: method('append'),
  extend: method('extend'),
  insert: method('insert'),
  pop: method('pop'),
  remove: method('remove'),
  reverse: method('reverse'),
  clear: method('clear'),
  count: method('count'),
  index: method('index'),
  keys: listed('keys'),
  values: listed('values'),
  items: listed('items'),
  get: method('get'),
  setdefault: method('setdefault'),
  update: method('update'),
  sort,
  format: (c, { positional: [template = NONE, ...values] }) =>
    c.interpreter.callMethod(template, 'format', ...values),
  percentFormat: (c, { positional: [template = NONE, ...values] }) =>
    c.interpreter.binary('%', template, tuple(values)),
  join: method('join'),
  split: method('split'),
  strip: method('strip'),
  replace: method('replace'),
  startswith: method('startswith'),
  endswith: method('endswith'),
  lower: method('lower'),
  upper: method('upper'),
  __range_length: rangeLength,
  __derive_index: derivedIndex,
  warn: nothing,
  manual_seed: nothing,
  set_grad_enabled: nothing,
  is_grad_enabled: never,
  is_autocast_enabled: never,
  is_scripting: () => bool(true),
  device: (_, { positional: [name = NONE] }) => ({
    kind: 'device',
    type: name.kind === 'str' ? asText(name) : 'cpu',
  }),
}
