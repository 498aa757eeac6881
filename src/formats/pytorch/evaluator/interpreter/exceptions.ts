import type { ExceptHandler, TryStatement } from '../../source/index.ts'
import { PythonError, pythonError } from '../python-error.ts'
import { type ClassValue, type PyValue, positional } from '../values/index.ts'
import type { Completion } from './completion.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'

/** `raise error`; a bare `raise` raises again what the running handler caught. */
export function raise(i: Interpreter, error: PyValue | undefined, scope: Scope): never {
  if (!error) throw caughtIn(scope) ?? pythonError('RuntimeError', 'No active exception to reraise')
  const instance = error.kind === 'class' ? i.call(error, positional()) : error
  if (instance.kind !== 'instance')
    throw pythonError('TypeError', 'exceptions must derive from BaseException')
  throw new PythonError(instance, i.text(instance))
}

function caughtIn(scope: Scope): Error | undefined {
  return scope.caught ?? (scope.parent && caughtIn(scope.parent))
}

/**
 * Only exceptions of the program itself are caught; what the converter cannot do is never taken for one of them.
 * `finally` runs however the rest ends, and what it returns or raises stands for that end.
 */
export function executeTry(i: Interpreter, s: TryStatement, scope: Scope): Completion {
  let completion: Completion
  try {
    completion = executeHandled(i, s, scope)
  } catch (error) {
    if (!(error instanceof PythonError)) throw error
    const instead = whileHandling(scope, error, () => i.execute(s.finalBody, scope))
    if (instead) return instead
    throw error
  }
  return i.execute(s.finalBody, scope) ?? completion
}

/** What follows the body is not the handlers' to catch: neither `else` nor another handler. */
function executeHandled(i: Interpreter, s: TryStatement, scope: Scope): Completion {
  let completion: Completion
  try {
    completion = attempting(i, s, scope, () => i.execute(s.body, scope))
  } catch (error) {
    return handle(i, s, error, scope, (handler) => i.execute(handler.body, scope))
  }
  return completion ?? i.execute(s.orElse, scope)
}

/** Runs a part of the body of a `try`. */
export function attempting<T>(i: Interpreter, s: TryStatement, scope: Scope, run: () => T): T {
  const { session } = i
  const before = session.failsUnknownImports
  session.failsUnknownImports ||= s.handlers.some((handler) => catchesImports(i, handler, scope))
  try {
    return run()
  } finally {
    session.failsUnknownImports = before
  }
}

/** Runs the handler of an error. @throws The error when there is none. */
function handle(
  i: Interpreter,
  s: TryStatement,
  error: unknown,
  scope: Scope,
  run: (handler: ExceptHandler) => Completion,
): Completion {
  const handler = error instanceof PythonError ? handlerFor(i, s.handlers, error, scope) : undefined
  if (!handler || !(error instanceof PythonError)) throw error
  if (handler.name) scope.assign(handler.name, error.raised)
  try {
    return whileHandling(scope, error, () => run(handler))
  } finally {
    if (handler.name) scope.delete(handler.name)
  }
}

/** What a bare `raise` raises again, there and in what is called from there. */
export function whileHandling<T>(scope: Scope, error: PythonError, run: () => T): T {
  const before = scope.caught
  scope.caught = error
  try {
    return run()
  } finally {
    scope.caught = before
  }
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

export function handlerFor(
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
