import type { ImportFromStatement, ImportName } from '../../source/index.ts'
import { pythonError } from '../python-error.ts'
import type { PyValue } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'
import { isUnknown, unknownMember } from './unknown-imports.ts'

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
  const module = s.module === '' ? undefined : scope.module.importModule(s.module, s.level)
  for (const { name, alias } of s.names) {
    if (name === '*') importAll(i, module, scope)
    else scope.assign(alias ?? name, member(i, s, module, name, scope))
  }
}

function load(i: Interpreter, scope: Scope, name: string, level: number): PyValue {
  return provided(i, scope.module.importModule(name, level))
}

/** @throws PythonError ModuleNotFoundError where the program has a way out. */
function provided(i: Interpreter, module: PyValue): PyValue {
  if (!isUnknown(module) || !i.session.failsUnknownImports) return module
  throw pythonError('ModuleNotFoundError', `No module named '${module.name}'`)
}

function member(
  i: Interpreter,
  s: ImportFromStatement,
  module: PyValue | undefined,
  name: string,
  scope: Scope,
): PyValue {
  if (!module) return load(i, scope, name, s.level)
  const isMissing = module.kind === 'namespace' && module.isUnknown
  const own = isMissing ? undefined : i.findAttribute(module, name)
  const found = own ?? submodule(scope, s, name)
  if (found) return found
  if (isMissing) return i.getAttribute(provided(i, module), name)
  if (module.kind === 'namespace' && (module.isProvided || module.isPartial))
    return unknownMember(i, module, name, 'ImportError')
  throw pythonError('ImportError', `cannot import name '${name}' from '${s.module}'`)
}

/** `from package import module`, where the module is a file of the package. */
function submodule(scope: Scope, { module, level }: ImportFromStatement, name: string): PyValue | undefined {
  const found = scope.module.importModule(`${module}.${name}`, level)
  return isUnknown(found) ? undefined : found
}

function importAll(i: Interpreter, module: PyValue | undefined, scope: Scope): void {
  if (module?.kind !== 'namespace') return
  if (isUnknown(provided(i, module)))
    i.session.warn(`from ${module.name} import * brings nothing: its source is not there`)
  for (const [name, value] of module.all?.() ?? []) if (!name.startsWith('_')) scope.assign(name, value)
}
