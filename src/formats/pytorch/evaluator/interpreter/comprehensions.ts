import type { ComprehensionExpression } from '../../source/index.ts'
import { DictValue, IteratorValue, ListValue, NONE, type PyValue, SetValue } from '../values/index.ts'
import { assign } from './assignment.ts'
import { countKey } from './dynamic-keys.ts'
import { asGenerator } from './generators.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'

/** A generator expression waits until its items are asked for; its first iterable is evaluated at once. */
export function evaluateComprehension(i: Interpreter, e: ComprehensionExpression, scope: Scope): PyValue {
  i.session.budget.object()
  const inner = scope.child('function')
  inner.isComprehension = true
  const [first] = e.clauses
  const outermost = first ? i.evaluate(first.iterable, inner) : new ListValue()
  const element = () => {
    const value = i.evaluate(e.element, inner)
    if (e.form === 'dict' || e.form === 'set') countKey(i, value)
    return value
  }
  if (e.form === 'dict') {
    const { value } = e
    return new DictValue(
      runClauses(i, e, 0, outermost, inner, () => [element(), value ? i.evaluate(value, inner) : NONE]),
    )
  }
  const items = runClauses(
    i,
    e,
    0,
    e.form === 'generator' ? i.iterator(outermost) : outermost,
    inner,
    element,
  )
  switch (e.form) {
    case 'generator':
      return new IteratorValue(asGenerator(items))
    case 'set':
      return new SetValue(items)
    default:
      return new ListValue([...items])
  }
}

function* runClauses<T>(
  i: Interpreter,
  e: ComprehensionExpression,
  index: number,
  iterable: PyValue,
  scope: Scope,
  make: () => T,
): Generator<T> {
  const clause = e.clauses[index]
  if (!clause) return
  const next = e.clauses[index + 1]
  for (const item of i.items(iterable)) {
    i.session.budget.step()
    assign(i, clause.target, item, scope)
    if (!clause.conditions.every((condition) => i.truth(i.evaluate(condition, scope)))) continue
    if (next) yield* runClauses(i, e, index + 1, i.evaluate(next.iterable, scope), scope, make)
    else {
      yield make()
    }
  }
}
