import { Scope } from '../interpreter/scope.ts'
import type { PyValue, TensorHandle } from '../values/index.ts'
import type { Holder } from './holders.ts'

/** All that a program can change from where it stands. */
export interface Reachable {
  readonly holders: ReadonlySet<Holder>
  readonly tensors: ReadonlySet<TensorHandle>
}

/** What can be reached from a scope, and from further values. The library's own files hold nothing that changes. */
export function reachable(scope: Scope, values: readonly PyValue[] = []): Reachable {
  const holders = new Set<Holder>()
  const tensors = new Set<TensorHandle>()
  const seen = new Set<PyValue | Scope>()
  const pending: (PyValue | Scope)[] = [scope, ...values]
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    if (next instanceof Scope) {
      if (!next.module.isLibrary) holders.add(next)
      pending.push(...partsOfScope(next))
      continue
    }
    if (isHolder(next)) holders.add(next)
    if (next.kind === 'tensor') tensors.add(next)
    for (const part of partsOf(next)) pending.push(part)
  }
  return { holders, tensors }
}

const isHolder = (value: PyValue): value is Exclude<Holder, Scope> =>
  value.kind === 'instance' ||
  value.kind === 'class' ||
  value.kind === 'list' ||
  value.kind === 'dict' ||
  value.kind === 'set' ||
  (value.kind === 'namespace' && value.names !== undefined)

function partsOfScope(scope: Scope): (PyValue | Scope)[] {
  if (scope.module.isLibrary && scope.kind === 'module') return []
  return [...scope.names.values(), ...(scope.parent ? [scope.parent] : [])]
}

/** Values that a value leads to. */
function partsOf(value: PyValue): Iterable<PyValue | Scope> {
  switch (value.kind) {
    case 'tensor':
      return value.related
    case 'list':
    case 'tuple':
    case 'set':
      return value.items
    case 'view':
      return [value.dict]
    case 'dict':
      return [
        ...value.entries().flat(),
        ...(value.attributes?.values() ?? []),
        ...(value.factory ? [value.factory] : []),
      ]
    case 'instance':
      return [value.class, ...value.attributes.values()]
    case 'class':
      return [...value.bases, ...value.attributes.values()]
    case 'namespace':
      return value.names?.values() ?? []
    case 'function':
      return [value.scope, ...value.defaults.values()]
    case 'method':
      return [value.self, value.callee]
    case 'super':
      return [value.self]
    case 'descriptor':
      return [value.callee]
    default:
      return []
  }
}
