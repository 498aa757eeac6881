import { composites, type Dim, decide } from '../../../../graph/index.ts'
import type { Interpreter } from '../../evaluator/interpreter/interpreter.ts'
import { MATH } from '../../evaluator/library/math.ts'
import { asNumber, isNumber } from '../../evaluator/numbers/numbers.ts'
import { bool, NONE, type PyValue, positional, TensorHandle } from '../../evaluator/values/index.ts'
import type { BinaryOperator } from '../../source/index.ts'

/** A function of Python on what sizes are computed with. */
type PythonFunction = (i: Interpreter, args: readonly PyValue[]) => PyValue

const BINARY: ReadonlyMap<string, BinaryOperator> = new Map([
  ['add', '+'],
  ['sub', '-'],
  ['mul', '*'],
  ['truediv', '/'],
  ['floordiv', '//'],
  ['mod', '%'],
  ['pow', '**'],
])

const COMPARISONS = {
  eq: { relation: '==', tensor: 'eq' },
  ne: { relation: '!=', tensor: 'ne' },
  lt: { relation: '<', tensor: 'lt' },
  le: { relation: '<=', tensor: 'le' },
  gt: { relation: '>', tensor: 'gt' },
  ge: { relation: '>=', tensor: 'ge' },
} as const

type Comparison = (typeof COMPARISONS)[keyof typeof COMPARISONS]

/**
 * A comparison of numbers. What sizes leave open is computed when the model runs: `torch.cond` takes it, and no decision is
 * made for it here.
 */
function compared(i: Interpreter, { relation, tensor }: Comparison, args: readonly PyValue[]): PyValue {
  const [left = NONE, right = NONE] = args
  const [a, b] = [sizeOf(left), sizeOf(right)]
  if (a === undefined || b === undefined) return i.compare(relation, left, right)
  const settled = decide(a, relation, b, i.session.model.facts)
  if (settled !== undefined) return bool(settled)
  return i.operator(tensor, [sizeTensor(i, a), sizeTensor(i, b)])
}

function sizeOf(value: PyValue): Dim | undefined {
  if (!isNumber(value)) return undefined
  const number = asNumber(value)
  return number.kind === 'int' ? number.value : undefined
}

const sizeTensor = ({ session }: Interpreter, dim: Dim): TensorHandle =>
  new TensorHandle(composites.sizeScalar(session.b, dim))

/** Logic on what may be known, or a tensor of one bool. */
function logic(known: (a: boolean, b: boolean) => boolean, tensor: string): PythonFunction {
  return (i, args) => {
    const [left = NONE, right = NONE] = args
    if (left.kind !== 'tensor' && right.kind !== 'tensor') return bool(known(i.truth(left), i.truth(right)))
    return i.operator(
      tensor,
      [left, right].map((value) => (value.kind === 'tensor' ? value : boolTensor(i, i.truth(value)))),
    )
  }
}

const boolTensor = ({ session }: Interpreter, value: boolean): TensorHandle =>
  new TensorHandle(session.b.scalar('bool', Number(value)))

const not: PythonFunction = (i, [value = NONE]) =>
  value.kind === 'tensor' ? i.operator('logical_not', [value]) : bool(!i.truth(value))

const builtin =
  (name: string): PythonFunction =>
  (i, args) =>
    i.call(i.builtin(name), positional(...args))

/** `a if condition else b`, which a size may leave open. */
const choice: PythonFunction = (i, [condition = NONE, yes = NONE, no = NONE]) => {
  if (condition.kind !== 'tensor') return i.truth(condition) ? yes : no
  const [a, b] = [sizeOf(yes), sizeOf(no)]
  if (a === undefined || b === undefined) return i.truth(condition) ? yes : no
  return i.operator('item', [i.operator('where', [condition, sizeTensor(i, a), sizeTensor(i, b)])])
}

const FUNCTIONS: ReadonlyMap<string, PythonFunction> = new Map<string, PythonFunction>([
  ...[...BINARY].map(([name, operator]): [string, PythonFunction] => [
    `_operator.${name}`,
    (i, [left = NONE, right = NONE]) => i.binary(operator, left, right),
  ]),
  ...Object.entries(COMPARISONS).map(([name, comparison]): [string, PythonFunction] => [
    `_operator.${name}`,
    (i, args) => compared(i, comparison, args),
  ]),
  ['_operator.and_', logic((a, b) => a && b, 'logical_and')],
  ['_operator.or_', logic((a, b) => a || b, 'logical_or')],
  ['_operator.not_', not],
  ['_operator.neg', (i, [value = NONE]) => i.unary('-', value)],
  ['_operator.pos', (_, [value = NONE]) => value],
  ['_operator.abs', builtin('abs')],
  ['_operator.getitem', (i, [object = NONE, index = NONE]) => i.getItem(object, index)],
  ['torch.sym_not', not],
  ['torch.sym_max', builtin('max')],
  ['torch.sym_min', builtin('min')],
  ['torch.sym_int', builtin('int')],
  ['torch.sym_float', builtin('float')],
  ['torch.sym_sum', builtin('sum')],
  ['torch.sym_ite', choice],
  ['builtins.max', builtin('max')],
  ['builtins.min', builtin('min')],
  ['builtins.round', builtin('round')],
])

/** `torch._sym_sqrt` is `math.sqrt`. */
const MATH_NAME = /^(?:math\.|torch\._sym_)(\w+)$/

/** undefined for a function that is not known. */
export function pythonFunction(target: string): PythonFunction | undefined {
  const known = FUNCTIONS.get(target.replace(/^operator\./, '_operator.'))
  if (known) return known
  const name = MATH_NAME.exec(target)?.[1]
  const found = name === undefined ? undefined : MATH.get(name)
  return found && ((i, args) => i.call(found, positional(...args)))
}
