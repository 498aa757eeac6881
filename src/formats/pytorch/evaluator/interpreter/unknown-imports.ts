import { ModelError } from '../../../../errors/index.ts'
import type { CallExpression, Expression } from '../../source/index.ts'
import { pythonError } from '../python-error.ts'
import type { NamespaceValue, PyValue } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'
import type { Scope } from './scope.ts'

/**
 * An import that nothing here provides: it may be imported, passed on and decorated with, and not used.
 *
 * @param name Dotted; with the dots of a relative import before it.
 */
export const unknownImport = (name: string): NamespaceValue => ({
  kind: 'namespace',
  name,
  isUnknown: true,
  get: (member) => unknownImport(`${name}.${member}`),
})

export const isUnknown = (value: PyValue | undefined): value is NamespaceValue =>
  value?.kind === 'namespace' && value.isUnknown === true

/** What nothing can be asked of: its answer would decide what the model is. */
export const isUndecided = (value: PyValue | undefined): value is NamespaceValue =>
  value?.kind === 'namespace' && (value.isUnknown === true || value.isOpen === true)

/** The operand that nothing can be asked of, if one is. */
export const undecidedOf = (...values: readonly PyValue[]): NamespaceValue | undefined =>
  values.find(isUndecided)

/**
 * What comes of using what an unknown import gave. While files are imported that is unknown in turn: tables of
 * pretrained weights, registries and type aliases are made then, and a model seldom reads them.
 *
 * @param result How the result is spelled: `api.Weights(…)`.
 * @throws ModelError UNSUPPORTED_CONSTRUCT when the model itself is being made or called.
 */
export function useUnknown(i: Interpreter, { name }: NamespaceValue, result: string): NamespaceValue {
  if (i.session.isImporting) return unknownImport(result)
  throw unknownUse(name)
}

export function unknownUse(name: string): ModelError {
  if (OPEN.test(name)) {
    return new ModelError('UNSUPPORTED_CONSTRUCT', {
      what: `The model is decided by ${name}, which only a run of the program gives`,
      next: 'Write the value into the source, or save the model with torch.jit.trace and convert that file',
    })
  }
  if (isLibrary(name)) return new ModelError('UNSUPPORTED_CONSTRUCT', unknownOfLibrary(name))
  return new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `The model uses ${name}, which is not part of the source or of the library`,
    next: name.startsWith('.')
      ? `Put ${fileOf(name)} at the place that the import names, which is to be in the folder of the model or of arch=, or below it; or put its source into the same file`
      : 'Put the source of what it needs into the same file, or beside it',
  })
}

/** Modules of `openInert`. */
const OPEN = /^(time|random|json)\./

/** `..ops.misc.MLP` → `ops/misc.py`: what is imported last, and what begins like a class, is no part of the path. */
function fileOf(name: string): string {
  const path = name.replace(/^\.+/, '').split('.').slice(0, -1)
  const end = path.findIndex((part) => /^[A-Z]/.test(part))
  return `${path.slice(0, end < 0 ? undefined : end).join('/')}.py`
}

/** Modules of which not all is known here: PyTorch's, and Python's own. */
const LIBRARY =
  /^(torch|einops|math|typing|collections|contextlib|functools|itertools|copy|dataclasses|enum|inspect)(\.|$)/

const isLibrary = (module: string): boolean => LIBRARY.test(module)

const unknownOfLibrary = (name: string) => ({
  what: `The model uses ${name}, which this version does not know`,
  next: 'Write that part of the model with what it does know, or save the model with torch.jit.trace and convert that file',
})

/**
 * A name that a module lacks: of a library's, or of a file in a circle of imports (whose order is not Python's own, since
 * packages above a file are not run), unknown while files are imported, an error after. The program may be prepared
 * for a version without it, and catch it.
 *
 * @throws PythonError
 */
export function unknownMember(
  i: Interpreter,
  module: NamespaceValue,
  name: string,
  type = 'AttributeError',
): PyValue {
  const { isImporting, failsUnknownImports } = i.session
  const message = `module '${module.name}' has no attribute '${name}'`
  if (!module.isProvided && !module.isPartial) throw pythonError(type, message)
  if (isImporting && !failsUnknownImports) return unknownImport(`${module.name}.${name}`)
  throw pythonError(type, message, {
    code: 'UNSUPPORTED_CONSTRUCT',
    ...unknownOfLibrary(`${module.name}.${name}`),
  })
}

/**
 * Whether a statement calls an unknown import for its effect alone (`log_usage(self)`), which a model under construction
 * does not need.
 */
export function callsUnknown(i: Interpreter, { callee }: CallExpression, scope: Scope): boolean {
  if (i.session.isForward) return false
  const root = rootOf(callee)
  return root !== undefined && isUnknown(scope.lookup(root))
}

function rootOf(e: Expression): string | undefined {
  if (e.kind === 'Name') return e.id
  return e.kind === 'Attribute' ? rootOf(e.object) : undefined
}
