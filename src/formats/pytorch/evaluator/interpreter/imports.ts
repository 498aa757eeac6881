import type { ImportFromStatement, ImportName } from '../../source/index.ts'
import { pythonError } from '../python-error.ts'
import type { NamespaceValue, PyValue } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'

/** `import a.b as c` binds `a.b`; `import a.b` binds `a`. */
export function executeImport(i: Interpreter, names: readonly ImportName[], scope: Scope): void {
  for (const { name, alias } of names) {
    if (alias) scope.assign(alias, load(i, scope, name, 0))
    else {
      const [root = name] = name.split('.')
      scope.assign(root, load(i, scope, root, 0))
    }
  }
}

export function executeImportFrom(i: Interpreter, s: ImportFromStatement, scope: Scope): void {
  const module = s.module === '' ? undefined : load(i, scope, s.module, s.level)
  for (const { name, alias } of s.names) {
    if (name === '*') importAll(module, scope)
    else scope.assign(alias ?? name, member(i, s, module, name, scope))
  }
}

function load(i: Interpreter, scope: Scope, name: string, level: number): PyValue {
  const module = scope.module.importModule(name, level)
  const isUnknown = module.kind === 'namespace' && module.isUnknown
  if (isUnknown && i.session.failsUnknownImports) {
    throw pythonError('ModuleNotFoundError', `No module named '${name}'`)
  }
  return module
}

function member(
  i: Interpreter,
  s: ImportFromStatement,
  module: PyValue | undefined,
  name: string,
  scope: Scope,
): PyValue {
  if (!module) return load(i, scope, name, s.level)
  const found = i.findAttribute(module, name)
  if (found) return found
  throw pythonError('ImportError', `cannot import name '${name}' from '${s.module}'`)
}

function importAll(module: PyValue | undefined, scope: Scope): void {
  if (module?.kind !== 'namespace') return
  for (const [name, value] of module.all?.() ?? []) if (!name.startsWith('_')) scope.assign(name, value)
}

/** An import that nothing here provides: it may be imported, passed on and decorated with, and not used. */
export const unknownImport = (name: string): NamespaceValue => ({
  kind: 'namespace',
  name,
  isUnknown: true,
  get: (member) => unknownImport(`${name}.${member}`),
})
