import { ModelError, nearest } from '../../../../errors/index.ts'
import type { Value } from '../../../../graph/index.ts'
import type {
  CompareExpression,
  ConditionalExpression,
  Expression,
  FStringPart,
  LambdaExpression,
  NameExpression,
  SliceExpression,
} from '../../source/index.ts'
import { decision, negated, pythonBool, runBranches } from '../branches/index.ts'
import { isPythonBuiltin } from '../classes/python-names.ts'
import { indexOf } from '../numbers/indices.ts'
import { pythonError, unknownToThisVersion } from '../python-error.ts'
import { shownText } from '../shown-text.ts'
import {
  bool,
  DictValue,
  dictItems,
  ELLIPSIS,
  FALSE,
  float,
  type IntValue,
  intOf,
  ListValue,
  NONE,
  type NoneValue,
  type PyValue,
  SetValue,
  type StrValue,
  str,
  tuple,
  typeName,
} from '../values/index.ts'
import { evaluateCall } from './call-expressions.ts'
import type { Completion } from './completion.ts'
import { evaluateComprehension } from './comprehensions.ts'
import { countedKeys, countKey } from './dynamic-keys.ts'
import { defaultsOf } from './functions.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'

export function evaluateExpression(i: Interpreter, e: Expression, scope: Scope): PyValue {
  switch (e.kind) {
    case 'Name':
      return lookup(e, scope)
    case 'Int':
      return intOf(e.value)
    case 'Float':
      return float(e.value)
    case 'Str':
      return str(e.value)
    case 'Bytes':
      return { kind: 'bytes', value: e.value }
    case 'Bool':
      return bool(e.value)
    case 'None':
      return NONE
    case 'Ellipsis':
      return ELLIPSIS
    case 'FString':
      return formatString(i, e.parts, scope)
    case 'Attribute':
      return i.getAttribute(i.evaluate(e.object, scope), e.name)
    case 'Call': {
      const form = e.callee.kind === 'Name' ? scope.module.forms.get(e.callee.id) : undefined
      return form ? form(i, e, scope) : evaluateCall(i, e.callee, e.args, scope)
    }
    case 'Subscript':
      return i.getItem(i.evaluate(e.object, scope), i.evaluate(e.index, scope))
    case 'Slice':
      return evaluateSlice(i, e, scope)
    case 'Tuple':
      i.session.budget.step(e.items.length)
      return tuple(evaluateItems(i, e.items, scope))
    case 'List':
      i.session.budget.object()
      return new ListValue(evaluateItems(i, e.items, scope))
    case 'Set':
      i.session.budget.object()
      return new SetValue(countedKeys(i, evaluateItems(i, e.items, scope)))
    case 'Dict':
      return evaluateDict(i, e.entries, scope)
    case 'Unary':
      return e.operator === 'not'
        ? negated(i, i.evaluate(e.operand, scope))
        : i.unary(e.operator, i.evaluate(e.operand, scope))
    case 'Binary':
      return i.binary(e.operator, i.evaluate(e.left, scope), i.evaluate(e.right, scope))
    case 'BoolOp':
      return evaluateBoolOp(i, e.operator, e.operands, scope)
    case 'Compare':
      return evaluateCompare(i, e, scope)
    case 'Conditional':
      return evaluateConditional(i, e, scope)
    case 'Lambda':
      return makeLambda(i, e, scope)
    case 'Comprehension':
      return evaluateComprehension(i, e, scope)
    case 'NamedExpr': {
      const value = i.evaluate(e.value, scope)
      scope.assignNamed(e.target, value)
      return value
    }
    case 'Yield':
    case 'Starred':
    case 'Imaginary':
    case 'Await':
      throw new ModelError('UNSUPPORTED_CONSTRUCT', {
        what: `${CONSTRUCTS[e.kind]} cannot be evaluated here`,
        where: { file: e.at.file, line: e.at.line },
      })
  }
}

const CONSTRUCTS = {
  Yield: 'A yield inside of a larger expression',
  Starred: 'A starred expression',
  Imaginary: 'A complex number',
  Await: 'await',
} as const

function lookup({ id }: NameExpression, scope: Scope): PyValue {
  const value = scope.lookup(id)
  if (value) return value
  const ofMethod = id === '__class__' ? scope.enclosingClass : undefined
  if (ofMethod) return ofMethod
  if (isPythonBuiltin(id)) throw unknownToThisVersion(`the builtin ${id}`)
  // One or two letters are near to everything.
  const near = id.length > 2 ? nearest(id, scope.root.names.keys()) : undefined
  throw pythonError('NameError', `name '${id}' is not defined${near ? `; did you mean ${near}?` : ''}`)
}

function evaluateItems(i: Interpreter, items: readonly Expression[], scope: Scope): PyValue[] {
  return items.flatMap((item) =>
    item.kind === 'Starred' ? i.iterate(i.evaluate(item.value, scope)) : [i.evaluate(item, scope)],
  )
}

function evaluateSlice(i: Interpreter, e: SliceExpression, scope: Scope): PyValue {
  return {
    kind: 'slice',
    lower: sliceEnd(i, e.lower, scope),
    upper: sliceEnd(i, e.upper, scope),
    step: sliceEnd(i, e.step, scope),
  }
}

function sliceEnd(i: Interpreter, e: Expression | undefined, scope: Scope): IntValue | NoneValue {
  const value = e ? i.evaluate(e, scope) : NONE
  return asSliceEnd(i, value)
}

export function asSliceEnd(i: Interpreter, value: PyValue): IntValue | NoneValue {
  const index = value.kind === 'none' ? value : indexOf(i, value)
  if (index) return index
  throw pythonError('TypeError', `slice indices must be integers or None, not ${typeName(value)}`)
}

function evaluateDict(
  i: Interpreter,
  entries: readonly { readonly key: Expression | undefined; readonly value: Expression }[],
  scope: Scope,
): DictValue {
  i.session.budget.object()
  const dict = new DictValue()
  for (const { key, value } of entries) {
    const name = key && i.evaluate(key, scope)
    const item = i.evaluate(value, scope)
    const items = name ? undefined : dictItems(item)
    if (name) countKey(i, name)
    if (items) i.session.budget.entries(items.size)
    if (name) dict.set(name, item)
    else if (items) for (const [inherited, inner] of items.entries()) dict.set(inherited, inner)
    else throw pythonError('TypeError', `'${typeName(item)}' object is not a mapping`)
  }
  return dict
}

function evaluateConditional(i: Interpreter, e: ConditionalExpression, scope: Scope): PyValue {
  const holds = decision(i, i.evaluate(e.test, scope))
  if (typeof holds === 'boolean') return i.evaluate(holds ? e.body : e.orElse, scope)
  return chosen(i, holds, [() => i.evaluate(e.body, scope), () => i.evaluate(e.orElse, scope)], scope)
}

/** One of two values, by what only the data decides. */
function chosen(
  i: Interpreter,
  condition: Value,
  [yes, no]: readonly [() => PyValue, () => PyValue],
  scope: Scope,
): PyValue {
  const giving = (value: () => PyValue) => (): Completion => ({ kind: 'return', value: value() })
  const completion = runBranches(i, condition, [giving(yes), giving(no)], scope)
  return completion?.kind === 'return' ? completion.value : NONE
}

function evaluateBoolOp(
  i: Interpreter,
  operator: 'and' | 'or',
  operands: readonly Expression[],
  scope: Scope,
): PyValue {
  const [first, ...others] = operands
  const value = first ? i.evaluate(first, scope) : NONE
  if (others.length === 0) return value
  const holds = decision(i, value)
  const rest = (): PyValue => evaluateBoolOp(i, operator, others, scope)
  if (typeof holds === 'boolean') return holds === (operator === 'or') ? value : rest()
  const settled = (): PyValue => bool(operator === 'or')
  const asked = (): PyValue => pythonBool(i, rest())
  return chosen(i, holds, operator === 'or' ? [settled, asked] : [asked, settled], scope)
}

function evaluateCompare(i: Interpreter, e: CompareExpression, scope: Scope): PyValue {
  let left = i.evaluate(e.left, scope)
  let result: PyValue = FALSE
  for (const [index, { operator, operand }] of e.rest.entries()) {
    const right = i.evaluate(operand, scope)
    result = i.compare(operator, left, right)
    if (index < e.rest.length - 1 && !i.truth(result)) return result
    left = right
  }
  return result
}

function makeLambda(i: Interpreter, e: LambdaExpression, scope: Scope): PyValue {
  i.session.budget.object()
  const defaults = defaultsOf(i, e.parameters, scope)
  return {
    kind: 'function',
    name: '<lambda>',
    parameters: e.parameters,
    defaults,
    body: e.body,
    scope,
    isGenerator: false,
    at: e.at,
  }
}

function formatString(i: Interpreter, parts: readonly FStringPart[], scope: Scope): PyValue {
  const shown = parts.map((part) => formatPart(i, part, scope))
  return shownText(i.session, () => {
    const text = shown.map(({ value }) => value).join('')
    i.session.budget.text(text.length)
    return text
  })
}

function formatPart(i: Interpreter, part: FStringPart, scope: Scope): StrValue {
  if (part.kind === 'Text') return str(part.text)
  const value = i.evaluate(part.value, scope)
  const specification = part.format.map((inner) => formatPart(i, inner, scope).value).join('')
  const isRepr =
    part.conversion === 'r' || (part.label !== undefined && specification === '' && !part.conversion)
  return shownText(i.session, () => {
    const shown = isRepr ? str(i.repr(value)) : part.conversion === 's' ? str(i.text(value)) : value
    return `${part.label ?? ''}${i.format(shown, specification)}`
  })
}
