import type { Argument, Expression } from '../../source/index.ts'
import { pythonError } from '../python-error.ts'
import { type CallArguments, dictItems, type PyValue, typeName } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'

/** `callee(args)` */
export function evaluateCall(
  i: Interpreter,
  callee: Expression,
  args: readonly Argument[],
  scope: Scope,
): PyValue {
  const target = i.evaluate(callee, scope)
  if (isSuper(target, args)) return zeroArgumentSuper(scope)
  const values = argumentsFor(i, target, args, scope)
  if (!scope.module.isLibrary) i.session.moveTo(callee.at)
  return i.call(target, values)
}

function argumentsFor(
  i: Interpreter,
  target: PyValue,
  args: readonly Argument[],
  scope: Scope,
): CallArguments {
  const from = shownFrom(target)
  const values = evaluateArguments(i, args.slice(0, from), scope)
  if (from >= args.length) return values
  const shown = i.session.unguarded(() => evaluateArguments(i, args.slice(from), scope))
  return {
    positional: [...values.positional, ...shown.positional],
    keyword: new Map([...values.keyword, ...shown.keyword]),
  }
}

/** The first argument that is only printed or logged, and so decides nothing. */
function shownFrom(target: PyValue): number {
  if (target.kind === 'namespace' && target.isInert) return 0
  const name = target.kind === 'native' ? target.name : undefined
  if (name === 'print') return 0
  return name === '_assert' ? 1 : Number.POSITIVE_INFINITY
}

/** `super()` reads the running method's class and first argument. */
const isSuper = (target: PyValue, args: readonly Argument[]): boolean =>
  target.kind === 'native' && target.name === 'super' && args.length === 0

function zeroArgumentSuper(scope: Scope): PyValue {
  const after = scope.enclosingClass
  const self = firstArgument(scope)
  if (!after || !self) throw pythonError('RuntimeError', 'super(): no class or no arguments')
  return { kind: 'super', self, after }
}

function firstArgument(scope: Scope): PyValue | undefined {
  for (let inner: Scope | undefined = scope; inner; inner = inner.parent) {
    if (inner.kind !== 'function') return undefined
    if (inner.parent?.kind === 'class') return inner.names.values().next().value
  }
  return undefined
}

export function evaluateArguments(i: Interpreter, args: readonly Argument[], scope: Scope): CallArguments {
  const positional: PyValue[] = []
  const keyword = new Map<string, PyValue>()
  for (const arg of args) {
    const value = i.evaluate(arg.value, scope)
    if (arg.kind === 'Positional') positional.push(value)
    else if (arg.kind === 'Keyword') addKeyword(keyword, arg.name, value)
    else if (arg.kind === 'Star') for (const item of i.iterate(value)) positional.push(item)
    else addKeywords(i, value, keyword)
  }
  return { positional, keyword }
}

function addKeywords(i: Interpreter, value: PyValue, keyword: Map<string, PyValue>): void {
  const items = dictItems(value)
  if (!items) {
    throw pythonError('TypeError', `argument after ** must be a mapping, not ${typeName(value)}`)
  }
  i.session.budget.entries(items.size)
  for (const [key, item] of items.entries()) {
    if (key.kind !== 'str') throw pythonError('TypeError', 'keywords must be strings')
    addKeyword(keyword, key.value, item)
  }
}

function addKeyword(keyword: Map<string, PyValue>, name: string, value: PyValue): void {
  if (keyword.has(name)) throw pythonError('TypeError', `got multiple values for keyword argument '${name}'`)
  keyword.set(name, value)
}
