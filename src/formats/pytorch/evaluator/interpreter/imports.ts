import type { ImportFromStatement, ImportName } from '../../source/index.ts'
import { pythonError } from '../python-error.ts'
import type { PyValue } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'
import { isUnknown } from './unknown-imports.ts'

/** `import a.b as c` binds `a.b`; `import a.b` runs it and binds `a`. */
export function executeImport(i: Interpreter, names: readonly ImportName[], scope: Scope): void {
  for (const { name, alias } of names) {
    if (alias) scope.assign(alias, load(i, scope, name, 0))
    else {
      const [root = name] = name.split('.')
      if (root !== name) load(i, scope, name, 0)
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
  if (isUnknown(module) && i.session.failsUnknownImports) {
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
  const found = i.findAttribute(module, name) ?? submodule(scope, s, name)
  if (found) return found
  throw pythonError('ImportError', `cannot import name '${name}' from '${s.module}'`)
}

/** `from package import module`, where the module is a file of the package. */
function submodule(scope: Scope, { module, level }: ImportFromStatement, name: string): PyValue | undefined {
  const found = scope.module.importModule(`${module}.${name}`, level)
  return isUnknown(found) ? undefined : found
}

function importAll(module: PyValue | undefined, scope: Scope): void {
  if (module?.kind !== 'namespace') return
  for (const [name, value] of module.all?.() ?? []) if (!name.startsWith('_')) scope.assign(name, value)
}
