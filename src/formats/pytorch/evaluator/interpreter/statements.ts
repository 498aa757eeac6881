import type { BinaryOperator, Expression, IfStatement, Statement } from '../../source/index.ts'
import { decision, runBranches } from '../branches/index.ts'
import { deleteAttribute } from '../classes/attributes.ts'
import { defineClass } from '../classes/classes.ts'
import { inPlace } from '../numbers/arithmetic.ts'
import { pythonError, unknownToThisVersion } from '../python-error.ts'
import { bool, NONE, type PyValue } from '../values/index.ts'
import { assign } from './assignment.ts'
import { checked, passingTest, testOf } from './checks.ts'
import type { Completion } from './completion.ts'
import { withRest } from './continuations.ts'
import { executeTry, raise } from './exceptions.ts'
import { defineFunction } from './functions.ts'
import { executeImport, executeImportFrom } from './imports.ts'
import type { Interpreter } from './interpreter.ts'
import { extendList } from './list-extension.ts'
import { located } from './located.ts'
import { executeFor, executeWhile } from './loops.ts'
import type { Scope } from './scope.ts'
import { callsUnknown } from './unknown-imports.ts'
import { executeWith } from './with.ts'

export function executeStatements(
  i: Interpreter,
  statements: readonly Statement[],
  scope: Scope,
): Completion {
  for (const [index, statement] of statements.entries()) {
    const check = i.session.hasInt64s ? testOf(statement, statements[index + 1]) : undefined
    const completion = check
      ? executeTest(i, statement, check, scope)
      : executeInBlock(i, statements, index, scope)
    if (completion) return completion
  }
  return undefined
}

/** A statement that holds others knows what comes behind it. */
function executeInBlock(
  i: Interpreter,
  statements: readonly Statement[],
  index: number,
  scope: Scope,
): Completion {
  const statement = statements[index]
  if (!statement) return undefined
  if (!('body' in statement) && statement.kind !== 'If') return executeStatement(i, statement, scope)
  const behind = (completion: Completion) =>
    completion ?? executeStatements(i, statements.slice(index + 1), scope)
  return withRest(scope, behind, () => executeStatement(i, statement, scope))
}

/** The assignment of what an `if` tests next. */
function executeTest(i: Interpreter, statement: Statement, next: IfStatement, scope: Scope): Completion {
  const passes = passingTest(next)
  const [test] = next.branches
  if (passes === undefined || !test) return executeStatement(i, statement, scope)
  const isDecided = checked(i, false, () => {
    executeStatement(i, statement, scope)
    return true
  })
  if (!isDecided) assign(i, test.test, bool(passes), scope)
  return undefined
}

/** An error without a place gets that of the innermost statement it came out of. */
function executeStatement(i: Interpreter, statement: Statement, scope: Scope): Completion {
  i.session.budget.step()
  if (scope.module.isLibrary) return execute(i, statement, scope)
  i.session.moveTo(statement.at)
  try {
    return execute(i, statement, scope)
  } catch (error) {
    throw located(error, statement.at)
  }
}

function execute(i: Interpreter, s: Statement, scope: Scope): Completion {
  switch (s.kind) {
    case 'Expr':
      if (s.value.kind === 'Call' && callsUnknown(i, s.value, scope)) noteLeftOut(i)
      else i.evaluate(s.value, scope)
      return undefined
    case 'Assign': {
      const value = i.evaluate(s.value, scope)
      for (const target of s.targets) assign(i, target, value, scope)
      return undefined
    }
    case 'AnnAssign':
      if (s.value) assign(i, s.target, i.evaluate(s.value, scope), scope)
      return undefined
    case 'AugAssign':
      augment(i, s.target, s.operator, s.value, scope)
      return undefined
    case 'Return':
      return { kind: 'return', value: s.value ? i.evaluate(s.value, scope) : NONE }
    case 'If':
      return executeIf(i, s, scope)
    case 'For':
      return executeFor(i, s, scope)
    case 'While':
      return executeWhile(i, s, scope)
    case 'With':
      return executeWith(i, s, scope)
    case 'Try':
      return executeTry(i, s, scope)
    case 'Raise':
      return raise(i, s.error && i.evaluate(s.error, scope), scope)
    case 'Assert':
      if (!i.session.isProbing && !checked(i, true, () => i.truth(i.evaluate(s.test, scope))))
        failAssertion(i, s.message, scope)
      return undefined
    case 'Function':
      scope.assign(s.name, defineFunction(i, s, scope))
      return undefined
    case 'Class':
      scope.assign(s.name, defineClass(i, s, scope))
      return undefined
    case 'Import':
      executeImport(i, s.names, scope)
      return undefined
    case 'ImportFrom':
      executeImportFrom(i, s, scope)
      return undefined
    case 'Global':
      for (const name of s.names) scope.declareGlobal(name)
      return undefined
    case 'Nonlocal':
      for (const name of s.names) scope.declareNonlocal(name)
      return undefined
    case 'Delete':
      for (const target of s.targets) deleteTarget(i, target, scope)
      return undefined
    case 'Pass':
      return undefined
    case 'Break':
      return { kind: 'break' }
    case 'Continue':
      return { kind: 'continue' }
  }
}

const noteLeftOut = (i: Interpreter): void =>
  i.session.warn(`A call of something that the source does not hold was left out (${i.session.place})`)

/** `a += b`: the place is evaluated once, and tensors and lists are changed in place. */
function augment(
  i: Interpreter,
  target: Expression,
  operator: BinaryOperator,
  value: Expression,
  scope: Scope,
): void {
  if (target.kind === 'Attribute') {
    const object = i.evaluate(target.object, scope)
    const before = i.getAttribute(object, target.name)
    i.setAttribute(object, target.name, updated(i, operator, before, i.evaluate(value, scope)))
  } else if (target.kind === 'Subscript') {
    const object = i.evaluate(target.object, scope)
    const index = i.evaluate(target.index, scope)
    const before = i.getItem(object, index)
    i.setItem(object, index, updated(i, operator, before, i.evaluate(value, scope)))
  } else {
    const before = i.evaluate(target, scope)
    assign(i, target, updated(i, operator, before, i.evaluate(value, scope)), scope)
  }
}

const IN_PLACE: ReadonlyMap<BinaryOperator, string> = new Map([
  ['+', 'add_'],
  ['-', 'sub_'],
  ['*', 'mul_'],
  ['/', 'div_'],
  ['//', 'floor_divide_'],
  ['%', 'remainder_'],
  ['**', 'pow_'],
  ['&', '__iand__'],
  ['|', '__ior__'],
  ['^', '__ixor__'],
])

function updated(i: Interpreter, operator: BinaryOperator, before: PyValue, value: PyValue): PyValue {
  if (before.kind === 'list' && operator === '+') {
    extendList(i, before, value)
    return before
  }
  const own = before.kind === 'instance' ? inPlace(i, operator, before, value) : undefined
  if (own) return own
  const tensorMethod = before.kind === 'tensor' ? IN_PLACE.get(operator) : undefined
  return tensorMethod ? i.operator(tensorMethod, [before, value]) : i.binary(operator, before, value)
}

function executeIf(i: Interpreter, s: IfStatement, scope: Scope, from = 0): Completion {
  const branch = s.branches[from]
  if (!branch) return i.execute(s.orElse, scope)
  const body = (): Completion => i.execute(branch.body, scope)
  const others = (): Completion => executeIf(i, s, scope, from + 1)
  const passes = from === 0 ? passingTest(s) : undefined
  if (passes !== undefined)
    return checked(i, passes, () => i.truth(i.evaluate(branch.test, scope))) ? body() : others()
  const isTaken = decision(i, i.evaluate(branch.test, scope))
  if (typeof isTaken !== 'boolean') return runBranches(i, isTaken, [body, others], scope)
  return isTaken ? body() : others()
}

/** In the library's own text an assertion states what this version does not build. */
function failAssertion(i: Interpreter, message: Expression | undefined, scope: Scope): never {
  const text = message ? i.text(i.evaluate(message, scope)) : ''
  throw scope.module.isLibrary ? unknownToThisVersion(text) : pythonError('AssertionError', text)
}

function deleteTarget(i: Interpreter, target: Expression, scope: Scope): void {
  if (target.kind === 'Name') scope.delete(target.id)
  else if (target.kind === 'Subscript') {
    i.deleteItem(i.evaluate(target.object, scope), i.evaluate(target.index, scope))
  } else if (target.kind === 'Attribute') {
    deleteAttribute(i, i.evaluate(target.object, scope), target.name)
  }
}
