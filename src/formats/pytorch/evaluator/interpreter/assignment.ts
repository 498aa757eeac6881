import { ModelError } from '../../../../errors/index.ts'
import type { Expression } from '../../source/index.ts'
import { pythonError } from '../python-error.ts'
import { ListValue, type PyValue } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'

/** `target = value`, with unpacking. */
export function assign(i: Interpreter, target: Expression, value: PyValue, scope: Scope): void {
  switch (target.kind) {
    case 'Name':
      scope.assign(target.id, value)
      return
    case 'Attribute':
      i.setAttribute(i.evaluate(target.object, scope), target.name, value)
      return
    case 'Subscript':
      i.setItem(i.evaluate(target.object, scope), i.evaluate(target.index, scope), value)
      return
    case 'Tuple':
    case 'List':
      unpack(i, target.items, value, scope)
      return
    default:
      throw new ModelError('BAD_SOURCE', {
        what: 'This cannot be assigned to',
        where: { file: target.at.file, line: target.at.line },
      })
  }
}

function unpack(i: Interpreter, targets: readonly Expression[], value: PyValue, scope: Scope): void {
  if (value.kind === 'opaque') {
    for (const target of targets) assign(i, target.kind === 'Starred' ? target.value : target, value, scope)
    return
  }
  const items = i.iterate(value)
  const star = targets.findIndex(({ kind }) => kind === 'Starred')
  const tooMany = star < 0 && items.length > targets.length
  if (tooMany) throw pythonError('ValueError', `too many values to unpack (expected ${targets.length})`)
  if (items.length < targets.length - (star < 0 ? 0 : 1)) {
    throw pythonError(
      'ValueError',
      `not enough values to unpack (expected ${targets.length}, got ${items.length})`,
    )
  }
  const extra = items.length - targets.length
  for (const [index, target] of targets.entries()) {
    if (target.kind === 'Starred') {
      assign(i, target.value, new ListValue(items.slice(index, index + extra + 1)), scope)
      continue
    }
    const item = items[star >= 0 && index > star ? index + extra : index]
    if (item) assign(i, target, item, scope)
  }
}
