import { ModelError } from '../../../../errors/index.ts'
import type { CallExpression, Expression } from '../../source/index.ts'
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
  const [, dots = '', path = ''] = /^(\.*)(.*)$/.exec(name) ?? []
  const [module = ''] = path.split('.')
  return new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `The model uses ${name}, which is not part of the source or of the library`,
    next:
      dots === ''
        ? 'Put the source of what it needs into the same file, or beside it'
        : `Put ${module}.py at the place that the import names, or its source into the same file`,
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
