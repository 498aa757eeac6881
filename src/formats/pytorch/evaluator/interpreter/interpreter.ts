import type {
  BinaryOperator,
  CompareOperator,
  Expression,
  Statement,
  UnaryOperator,
} from '../../source/index.ts'
import { BUILTINS } from '../builtins/index.ts'
import { findAttribute, getAttribute, setAttribute } from '../classes/attributes.ts'
import { binary, unary } from '../numbers/arithmetic.ts'
import type { Session } from '../session.ts'
import { format, repr, text } from '../text/formatting.ts'
import {
  type CallArguments,
  type IteratorValue,
  NO_KEYWORDS,
  NONE,
  type PyValue,
  positional,
} from '../values/index.ts'
import { callValue } from './calls.ts'
import { compare } from './comparisons.ts'
import type { Completion } from './completion.ts'
import { equals } from './equality.ts'
import { evaluateExpression } from './expressions.ts'
import { items, iterate, iteratorOf, nextOf } from './iteration.ts'
import type { Operators } from './operators.ts'
import type { Scope } from './scope.ts'
import { executeStatements } from './statements.ts'
import { deleteItem, getItem, setItem } from './subscripts.ts'
import { truth } from './truth.ts'

/**
 * A partial evaluator of Python: what is known while converting (ints, lists, configuration, shapes) is computed and
 * vanishes, tensor operations are emitted through the builder. Each concern is a file beside this one and reaches the
 * others through this class.
 */
export class Interpreter {
  readonly session: Session
  #operators: Operators

  constructor(session: Session, operators: Operators) {
    this.session = session
    this.#operators = operators
  }

  get operators(): Operators {
    return this.#operators
  }

  /** Puts an observer between the program and the operators. */
  observe(wrap: (operators: Operators) => Operators): void {
    this.#operators = wrap(this.#operators)
  }

  evaluate(expression: Expression, scope: Scope): PyValue {
    return evaluateExpression(this, expression, scope)
  }

  execute(statements: readonly Statement[], scope: Scope): Completion {
    return executeStatements(this, statements, scope)
  }

  call(callee: PyValue, args: CallArguments): PyValue {
    return callValue(this, callee, args)
  }

  /** Calls `object.name(...values)`. */
  callMethod(object: PyValue, name: string, ...values: readonly PyValue[]): PyValue {
    return this.call(this.getAttribute(object, name), positional(...values))
  }

  /** Calls an ATen operator by name. */
  operator(name: string, values: readonly PyValue[], keyword = NO_KEYWORDS): PyValue {
    return this.operators.call(this, name, { positional: values, keyword })
  }

  /** A function or type of Python itself: `min`, `int`. */
  builtin(name: string): PyValue {
    return BUILTINS.get(name) ?? NONE
  }

  /** @throws PythonError AttributeError */
  getAttribute(object: PyValue, name: string): PyValue {
    return getAttribute(this, object, name)
  }

  findAttribute(object: PyValue, name: string): PyValue | undefined {
    return findAttribute(this, object, name)
  }

  setAttribute(object: PyValue, name: string, value: PyValue): void {
    setAttribute(this, object, name, value)
  }

  getItem(object: PyValue, index: PyValue): PyValue {
    return getItem(this, object, index)
  }

  setItem(object: PyValue, index: PyValue, value: PyValue): void {
    setItem(this, object, index, value)
  }

  deleteItem(object: PyValue, index: PyValue): void {
    deleteItem(this, object, index)
  }

  iterate(value: PyValue): readonly PyValue[] {
    return iterate(this, value)
  }

  /** Items one at a time, for a loop that runs code between them. */
  items(value: PyValue): Iterable<PyValue> {
    return items(this, value)
  }

  /** `iter(value)` */
  iterator(value: PyValue): IteratorValue {
    return iteratorOf(this, value)
  }

  /** `next(iterator)`; undefined when it is used up. */
  next(iterator: IteratorValue): PyValue | undefined {
    return nextOf(this, iterator)
  }

  truth(value: PyValue): boolean {
    return truth(this, value)
  }

  binary(operator: BinaryOperator, left: PyValue, right: PyValue): PyValue {
    return binary(this, operator, left, right)
  }

  unary(operator: UnaryOperator, operand: PyValue): PyValue {
    return unary(this, operator, operand)
  }

  compare(operator: CompareOperator, left: PyValue, right: PyValue): PyValue {
    return compare(this, operator, left, right)
  }

  /** Python's `==` on values that are no tensors. */
  equals(left: PyValue, right: PyValue): boolean {
    return equals(this, left, right)
  }

  /** `str(value)` */
  text(value: PyValue): string {
    return text(this, value)
  }

  /** `repr(value)` */
  repr(value: PyValue): string {
    return repr(this, value)
  }

  /** `format(value, specification)` */
  format(value: PyValue, specification: string): string {
    return format(this, value, specification)
  }
}
