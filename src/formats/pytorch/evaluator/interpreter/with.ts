import { ModelError } from '../../../../errors/index.ts'
import type { WithStatement } from '../../source/index.ts'
import { PythonError } from '../python-error.ts'
import { NONE, type PyValue, positional } from '../values/index.ts'
import { assign } from './assignment.ts'
import type { Completion } from './completion.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'

/**
 * Contexts such as `no_grad` and `autocast` change nothing at inference; a class of the model's own is entered, and left
 * in any case.
 */
export function executeWith(i: Interpreter, s: WithStatement, scope: Scope, index = 0): Completion {
  const item = s.items[index]
  if (!item) return i.execute(s.body, scope)
  const manager = i.evaluate(item.context, scope)
  if (manager.kind === 'iterator') throw generatorContext()
  const enter = manager.kind === 'instance' ? i.findAttribute(manager, '__enter__') : undefined
  const value = enter ? i.call(enter, positional()) : manager
  let completion: Completion
  try {
    if (item.target) assign(i, item.target, value, scope)
    completion = executeWith(i, s, scope, index + 1)
  } catch (error) {
    if (error instanceof PythonError && isSuppressed(i, manager, error)) return undefined
    throw error
  }
  leave(i, manager, [NONE, NONE, NONE])
  return completion
}

/** `__exit__` of an exception: a true answer takes it back. */
function isSuppressed(i: Interpreter, manager: PyValue, { raised }: PythonError): boolean {
  const answer = leave(i, manager, [raised.class, raised, NONE])
  return answer !== undefined && i.truth(answer)
}

function leave(i: Interpreter, manager: PyValue, reason: readonly PyValue[]): PyValue | undefined {
  const exit = manager.kind === 'instance' ? i.findAttribute(manager, '__exit__') : undefined
  return exit && i.call(exit, positional(...reason))
}

/** What `contextlib.contextmanager` makes of a generator function is not known here. */
const generatorContext = (): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: 'A with statement enters a generator',
    why: 'What the generator does before and behind its yield would not run',
    next: 'Write a class with __enter__ and __exit__, or leave the with statement out of the model',
  })
