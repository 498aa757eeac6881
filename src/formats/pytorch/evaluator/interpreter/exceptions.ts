import type { ExceptHandler, TryStatement } from '../../source/index.ts'
import { PythonError, pythonError } from '../python-error.ts'
import { type ClassValue, type InstanceValue, type PyValue, positional } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'
import type { Completion } from './statements.ts'

/** `raise error`; a bare `raise` raises again what the running handler caught. */
export function raise(i: Interpreter, error: PyValue | undefined, scope: Scope): never {
  if (!error) throw caughtIn(scope) ?? pythonError('RuntimeError', 'No active exception to reraise')
  const instance = error.kind === 'class' ? i.call(error, positional()) : error
  if (instance.kind !== 'instance')
    throw pythonError('TypeError', 'exceptions must derive from BaseException')
  throw new PythonError(instance, messageOf(i, instance))
}

function caughtIn(scope: Scope): Error | undefined {
  return scope.caught ?? (scope.parent && caughtIn(scope.parent))
}

function messageOf(i: Interpreter, instance: InstanceValue): string {
  const args = instance.attributes.get('args')
  return args?.kind === 'tuple' ? args.items.map((item) => i.text(item)).join(', ') : ''
}

/**
 * Only exceptions of the program itself are caught; what the converter cannot do is never taken for one of them.
 */
export function executeTry(i: Interpreter, s: TryStatement, scope: Scope): Completion {
  let completion: Completion
  const { session } = i
  const before = session.failsUnknownImports
  try {
    session.failsUnknownImports ||= s.handlers.some((handler) => catchesImports(i, handler, scope))
    completion = i.execute(s.body, scope)
    session.failsUnknownImports = before
    completion ??= i.execute(s.orElse, scope)
  } catch (error) {
    session.failsUnknownImports = before
    const handler = error instanceof PythonError ? handlerFor(i, s.handlers, error, scope) : undefined
    if (!handler || !(error instanceof PythonError)) {
      i.execute(s.finalBody, scope)
      throw error
    }
    completion = runHandler(i, handler, error, scope)
  }
  return i.execute(s.finalBody, scope) ?? completion
}

/** `try: import x` with a way out: an import that is not known takes it, as if it were not installed. */
function catchesImports(i: Interpreter, { type }: ExceptHandler, scope: Scope): boolean {
  if (!type) return true
  const wanted = i.evaluate(type, scope)
  const classes = wanted.kind === 'tuple' ? wanted.items : [wanted]
  return classes.some(
    (item) => item.kind === 'class' && /^(Import|ModuleNotFound)Error$|^Exception$/.test(item.name),
  )
}

function handlerFor(
  i: Interpreter,
  handlers: readonly ExceptHandler[],
  error: PythonError,
  scope: Scope,
): ExceptHandler | undefined {
  return handlers.find(({ type }) => {
    if (!type) return true
    const wanted = i.evaluate(type, scope)
    const classes = wanted.kind === 'tuple' ? wanted.items : [wanted]
    return classes.some((item) => item.kind === 'class' && isA(error.raised.class, item))
  })
}

const isA = (actual: ClassValue, wanted: ClassValue): boolean => actual.isSubclassOf(wanted)

function runHandler(i: Interpreter, handler: ExceptHandler, error: PythonError, scope: Scope): Completion {
  if (handler.name) scope.assign(handler.name, error.raised)
  const before = scope.caught
  scope.caught = error
  try {
    return i.execute(handler.body, scope)
  } finally {
    scope.caught = before
  }
}
