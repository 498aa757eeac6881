import { ModelError } from '../../../../errors/index.ts'
import { type CallExpression, type Expression, PYTHON, parseSource } from '../../source/index.ts'
import { BUILTINS } from '../builtins/index.ts'
import { isPythonBuiltin } from '../classes/python-names.ts'
import { evaluateCall } from '../interpreter/call-expressions.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { Scope } from '../interpreter/scope.ts'
import { isUndecided, unknownUse } from '../interpreter/unknown-imports.ts'
import { pythonError } from '../python-error.ts'
import { quoted } from '../text/quoted-text.ts'
import { type PyValue, typeName } from '../values/index.ts'

/**
 * `eval(text)`, where the text is a dotted name (`nn.ReLU`) or a literal: tables of layers name them so. It gives what the same
 * name or literal would give if the source held it.
 *
 * @throws ModelError UNSUPPORTED_CONSTRUCT for any other text: nothing else is evaluated.
 */
export function evaluateText(i: Interpreter, call: CallExpression, scope: Scope): PyValue {
  if (scope.lookup('eval') !== BUILTINS.get('eval')) return evaluateCall(i, call.callee, call.args, scope)
  const [arg, more] = call.args
  if (arg?.kind !== 'Positional' || more) throw refusal('with arguments besides the text')
  const value = i.evaluate(arg.value, scope)
  if (isUndecided(value)) throw unknownUse(value.name)
  if (value.kind === 'bytes' || value.kind === 'opaque') throw refusal(`of ${typeName(value)}`)
  if (value.kind !== 'str')
    throw pythonError('TypeError', 'eval() arg 1 must be a string, bytes or code object')
  // Blanks before it are skipped; a line break behind it ends it.
  const text = value.value.replace(/^[ \t]+/, '').trimEnd()
  i.session.budget.step(text.length)
  const expression = parsed(text)
  const path = expression && dottedName(expression)
  if (path) return named(i, path, scope, text)
  if (!expression || !isLiteral(expression)) throw refusal(`of ${quoted(text)}`)
  return i.evaluate(expression, scope)
}

const refusal = (of: string): ModelError =>
  new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `The model's source evaluates text as code: eval ${of}`,
    why: 'It is read as data. Of such text only a dotted name, as in nn.ReLU, or a literal is looked up',
    next: 'Write what it stands for into the source',
  })

/** The one expression that the text is. */
function parsed(text: string): Expression | undefined {
  if (/[;\n\r]/.test(text)) return undefined
  try {
    const [statement, more] = parseSource(`${text}\n`, 'eval', PYTHON).body
    return statement?.kind === 'Expr' && !more ? statement.value : undefined
  } catch (error) {
    if (error instanceof ModelError && error.code === 'BAD_SOURCE') return undefined
    throw error
  }
}

function dottedName(e: Expression): readonly [root: string, ...members: string[]] | undefined {
  if (e.kind === 'Name') return [e.id]
  const object = e.kind === 'Attribute' ? dottedName(e.object) : undefined
  return e.kind === 'Attribute' && object ? [...object, e.name] : undefined
}

function named(
  i: Interpreter,
  [root, ...members]: readonly [string, ...string[]],
  scope: Scope,
  text: string,
): PyValue {
  return members.reduce((object, name) => i.getAttribute(object, name), nameSeen(i, root, scope, text))
}

/** A name of the caller, of its file, or of Python: what encloses the caller is seen only as far as its own text names it. */
function nameSeen(i: Interpreter, name: string, scope: Scope, text: string): PyValue {
  const own = scope.names.get(name)
  if (own) return own
  for (let outer = scope.parent; outer; outer = outer.parent) {
    if (outer.kind === 'function' && outer.names.has(name))
      throw refusal(`of ${quoted(text)}, where ${name} belongs to an enclosing function`)
  }
  const { root } = scope
  if (root.names.has(name) || BUILTINS.has(name) || isPythonBuiltin(name))
    return i.evaluate({ kind: 'Name', id: name, at: { file: root.module.file, line: 1, column: 1 } }, root)
  throw pythonError('NameError', `name '${name}' is not defined`)
}

function isLiteral(e: Expression): boolean {
  switch (e.kind) {
    case 'Int':
    case 'Float':
    case 'Str':
    case 'Bytes':
    case 'Bool':
    case 'None':
    case 'Ellipsis':
      return true
    case 'Tuple':
    case 'List':
    case 'Set':
      return e.items.every(isLiteral)
    case 'Dict':
      return e.entries.every(({ key, value }) => key !== undefined && isLiteral(key) && isLiteral(value))
    case 'Unary':
      return (e.operator === '-' || e.operator === '+') && /^(Int|Float)$/.test(e.operand.kind)
    default:
      return false
  }
}
