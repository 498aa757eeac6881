import type { ComprehensionExpression } from '../../source/index.ts'
import { DictValue, ListValue, type PyValue, SetValue } from '../values/index.ts'
import { assign } from './assignment.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'

/** List, set, dict and generator alike are run to their end: nothing in a model's program waits. */
export function evaluateComprehension(i: Interpreter, e: ComprehensionExpression, scope: Scope): PyValue {
  const inner = scope.child('function')
  inner.yielded = scope.yielded
  const items: PyValue[] = []
  const entries: [PyValue, PyValue][] = []
  runClauses(i, e, 0, inner, () => {
    const item = i.evaluate(e.element, inner)
    if (e.value) entries.push([item, i.evaluate(e.value, inner)])
    else items.push(item)
  })
  if (e.form === 'dict') return new DictValue(entries)
  return e.form === 'set' ? new SetValue(items) : new ListValue(items)
}

function runClauses(
  i: Interpreter,
  e: ComprehensionExpression,
  index: number,
  scope: Scope,
  body: () => void,
): void {
  const clause = e.clauses[index]
  if (!clause) {
    body()
    return
  }
  for (const item of i.iterate(i.evaluate(clause.iterable, scope))) {
    i.session.budget.step()
    assign(i, clause.target, item, scope)
    if (clause.conditions.every((condition) => i.truth(i.evaluate(condition, scope)))) {
      runClauses(i, e, index + 1, scope, body)
    }
  }
}
