import { ModelError } from '../../../../errors/index.ts'
import type {
  ForStatement,
  IfStatement,
  Statement,
  TryStatement,
  WhileStatement,
  WithStatement,
  YieldExpression,
} from '../../source/index.ts'
import { PythonError, pythonError } from '../python-error.ts'
import { IteratorValue, NONE, type PyValue } from '../values/index.ts'
import { assign } from './assignment.ts'
import type { Completion } from './completion.ts'
import { attempting, handlerFor } from './exceptions.ts'
import type { Interpreter } from './interpreter.ts'
import { located } from './located.ts'
import type { Scope } from './scope.ts'

/** The body of a generator function: it runs from one `yield` to the next as its items are asked for. */
type Steps = Generator<PyValue, Completion>

/** What a call of a generator function gives. */
export function generatorOf(i: Interpreter, body: readonly Statement[], scope: Scope): IteratorValue {
  const made: IteratorValue = new IteratorValue(asGenerator(untilReturned()))
  function* untilReturned(): Generator<PyValue> {
    const completion = yield* run(i, body, scope)
    made.returned = completion?.kind === 'return' ? completion.value : NONE
  }
  return made
}

/** A StopIteration that comes out of a generator would end whoever takes from it (PEP 479). */
export function* asGenerator(items: Iterable<PyValue>): Generator<PyValue> {
  try {
    yield* items
  } catch (error) {
    const isStop = error instanceof PythonError && error.raised.class.name === 'StopIteration'
    throw isStop ? pythonError('RuntimeError', 'generator raised StopIteration') : error
  }
}

const known = new WeakMap<object, boolean>()

/** Whether a part of a syntax tree holds a `yield` of its own function. */
export function holdsYield(part: object): boolean {
  const before = known.get(part)
  if (before !== undefined) return before
  const answer = isYield(part) || (!isOwnFunction(part) && Object.values(part).some(isPartWithYield))
  known.set(part, answer)
  return answer
}

const isPartWithYield = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && holdsYield(value)

const isYield = (part: object): boolean => 'kind' in part && part.kind === 'Yield'

const isOwnFunction = (part: object): boolean =>
  'kind' in part && (part.kind === 'Function' || part.kind === 'Lambda' || part.kind === 'Class')

function* run(i: Interpreter, statements: readonly Statement[], scope: Scope): Steps {
  for (const statement of statements) {
    const completion = holdsYield(statement)
      ? yield* placed(i, statement, scope)
      : i.execute([statement], scope)
    if (completion) return completion
  }
  return undefined
}

function* placed(i: Interpreter, s: Statement, scope: Scope): Steps {
  i.session.budget.step()
  i.session.moveTo(s.at)
  try {
    return yield* runStatement(i, s, scope)
  } catch (error) {
    throw located(error, s.at)
  }
}

/** A `yield` stands alone or is assigned or returned; inside of another expression, evaluating that refuses it. */
function* runStatement(i: Interpreter, s: Statement, scope: Scope): Steps {
  switch (s.kind) {
    case 'Expr':
      if (s.value.kind !== 'Yield') break
      yield* yielded(i, s.value, scope)
      return undefined
    case 'Assign': {
      if (s.value.kind !== 'Yield') break
      const value = yield* yielded(i, s.value, scope)
      for (const target of s.targets) assign(i, target, value, scope)
      return undefined
    }
    case 'Return':
      if (s.value?.kind !== 'Yield') break
      return { kind: 'return', value: yield* yielded(i, s.value, scope) }
    case 'If':
      return yield* runIf(i, s, scope)
    case 'For':
      return yield* runFor(i, s, scope)
    case 'While':
      return yield* runWhile(i, s, scope)
    case 'With':
      return yield* runWith(i, s, scope)
    case 'Try':
      return yield* runTry(i, s, scope)
    default:
  }
  return i.execute([s], scope)
}

/** Nothing is sent here, so a `yield` gives None; a `yield from` gives what the other generator returned. */
function* yielded(
  i: Interpreter,
  { value, isFrom }: YieldExpression,
  scope: Scope,
): Generator<PyValue, PyValue> {
  const item = value ? i.evaluate(value, scope) : NONE
  if (!isFrom) {
    yield item
    return NONE
  }
  const source = i.iterator(item)
  yield* i.items(source)
  return source.returned ?? NONE
}

function* runIf(i: Interpreter, s: IfStatement, scope: Scope): Steps {
  for (const { test, body } of s.branches) {
    if (i.truth(i.evaluate(test, scope))) return yield* run(i, body, scope)
  }
  return yield* run(i, s.orElse, scope)
}

function* runFor(i: Interpreter, s: ForStatement, scope: Scope): Steps {
  for (const item of i.items(i.evaluate(s.iterable, scope))) {
    i.session.budget.step()
    assign(i, s.target, item, scope)
    const completion = yield* run(i, s.body, scope)
    if (completion?.kind === 'break') return undefined
    if (completion?.kind === 'return') return completion
  }
  return yield* run(i, s.orElse, scope)
}

function* runWhile(i: Interpreter, s: WhileStatement, scope: Scope): Steps {
  while (i.truth(i.evaluate(s.test, scope))) {
    i.session.budget.step()
    const completion = yield* run(i, s.body, scope)
    if (completion?.kind === 'break') return undefined
    if (completion?.kind === 'return') return completion
  }
  return yield* run(i, s.orElse, scope)
}

/** Contexts without effect here, such as `no_grad`. */
function* runWith(i: Interpreter, s: WithStatement, scope: Scope): Steps {
  for (const { context, target } of s.items) {
    const manager = i.evaluate(context, scope)
    if (manager.kind === 'instance') throw leftOpen('a with statement')
    if (target) assign(i, target, manager, scope)
  }
  return yield* run(i, s.body, scope)
}

function* runTry(i: Interpreter, s: TryStatement, scope: Scope): Steps {
  if (s.finalBody.length > 0) throw leftOpen('a try with a finally')
  let completion: Completion
  try {
    completion = yield* attempted(i, s, scope)
  } catch (error) {
    const handler = error instanceof PythonError ? handlerFor(i, s.handlers, error, scope) : undefined
    if (!handler || !(error instanceof PythonError)) throw error
    if (handler.name) scope.assign(handler.name, error.raised)
    const before = scope.caught
    scope.caught = error
    try {
      return yield* run(i, handler.body, scope)
    } finally {
      scope.caught = before
      if (handler.name) scope.delete(handler.name)
    }
  }
  return completion ?? (yield* run(i, s.orElse, scope))
}

/** The body of a `try`, step by step: between two of them the program is elsewhere. */
function* attempted(i: Interpreter, s: TryStatement, scope: Scope): Steps {
  const body = run(i, s.body, scope)
  for (;;) {
    const step = attempting(i, s, scope, () => body.next())
    if (step.done) return step.value
    yield step.value
  }
}

/** Python leaves it when it throws the generator away, at a moment that is not known here. */
const leftOpen = (what: string): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `A generator yields inside of ${what}`,
    why: 'When it is left depends on when the generator is thrown away',
    next: 'Yield outside of it, or make a list instead of a generator',
  })
