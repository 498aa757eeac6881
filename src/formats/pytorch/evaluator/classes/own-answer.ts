import { isNotImplemented } from '../interpreter/comparisons.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { type PyValue, positional } from '../values/index.ts'

/** What a method of an instance's class says that a built-in function asks; undefined where there is none. */
export function ownAnswer(
  i: Interpreter,
  method: string,
  self: PyValue,
  ...values: readonly PyValue[]
): PyValue | undefined {
  const found = self.kind === 'instance' ? self.class.lookup(method) : undefined
  const answer = found && i.call(found, positional(self, ...values))
  return answer && !isNotImplemented(answer) ? answer : undefined
}
