import { DictValue, type InstanceValue, type PyValue, SetValue, str } from '../values/index.ts'

/**
 * `nn.Module` keeps parameters, buffers and submodules in three dicts, as in PyTorch: pickled modules come with them,
 * and models look into them.
 */
const REGISTRIES = ['_parameters', '_buffers', '_modules'] as const
type Registry = (typeof REGISTRIES)[number]

function registry(object: InstanceValue, name: Registry): DictValue | undefined {
  const found = object.attributes.get(name)
  return found?.kind === 'dict' ? found : undefined
}

/** Whether it is an `nn.Module` whose `__init__` has run, or one from a pickle. */
export const isModule = (value: PyValue): value is InstanceValue =>
  value.kind === 'instance' && registry(value, '_modules') !== undefined

export function moduleMember(object: InstanceValue, name: string): PyValue | undefined {
  for (const kind of REGISTRIES) {
    const found = registry(object, kind)?.getText(name)
    if (found) return found
  }
  return undefined
}

/** `nn.Module.__setattr__`: where a value is kept depends on what it is, and on what the name held before. */
export function setModuleMember(object: InstanceValue, name: string, value: PyValue): void {
  const target = registryFor(object, name, value)
  if (!target) {
    object.attributes.set(name, value)
    return
  }
  object.attributes.delete(name)
  for (const kind of REGISTRIES) if (kind !== target) registry(object, kind)?.delete(str(name))
  if (value.kind === 'tensor' && value.buffer === 'transient') markTransient(object, name)
  registry(object, target)?.setText(name, value)
}

function registryFor(object: InstanceValue, name: string, value: PyValue): Registry | undefined {
  if (value.kind === 'tensor' && value.isParameter) return '_parameters'
  if (value.kind === 'tensor' && value.buffer) return '_buffers'
  if (isModule(value)) return '_modules'
  return REGISTRIES.find((kind) => {
    const holds = registry(object, kind)?.has(str(name))
    return holds && (value.kind === 'none' || kind === '_buffers')
  })
}

/** Names of buffers that `register_buffer(…, persistent=False)` keeps out of the state dict. */
const NON_PERSISTENT = '_non_persistent_buffers_set'

function markTransient(object: InstanceValue, name: string): void {
  const known = object.attributes.get(NON_PERSISTENT)
  const names = known?.kind === 'set' ? known : new SetValue()
  names.add(str(name))
  object.attributes.set(NON_PERSISTENT, names)
}

export interface NamedTensor {
  readonly name: string
  readonly value: Extract<PyValue, { kind: 'tensor' }>
}

/** What the module's `state_dict()` would hold, in PyTorch's order: own parameters, own buffers, then children. */
export function stateOf(module: InstanceValue, prefix = ''): NamedTensor[] {
  const below = childrenOf(module).flatMap(({ name, child }) => stateOf(child, `${prefix}${name}.`))
  return [...ownStateOf(module, prefix), ...below]
}

/** The part of it that is the module's own. */
export function ownStateOf(module: InstanceValue, prefix = ''): NamedTensor[] {
  const transient = module.attributes.get(NON_PERSISTENT)
  return (['_parameters', '_buffers'] as const).flatMap((kind) =>
    (registry(module, kind)?.entries() ?? []).flatMap(([key, value]) => {
      if (key.kind !== 'str' || value.kind !== 'tensor') return []
      const isTransient = transient?.kind === 'set' && transient.has(key)
      return isTransient ? [] : [{ name: `${prefix}${key.value}`, value }]
    }),
  )
}

export interface NamedModule {
  readonly name: string
  readonly child: InstanceValue
}

/** A module's own parts, by the names that they are registered under. */
export const childrenOf = (module: InstanceValue): NamedModule[] =>
  (registry(module, '_modules')?.entries() ?? []).flatMap(([key, child]) =>
    key.kind === 'str' && child.kind === 'instance' ? [{ name: key.value, child }] : [],
  )

/** A module and all below it, each once. */
export function modulesOf(module: InstanceValue): ReadonlySet<InstanceValue> {
  const found = new Set([module])
  // A set that grows while it is walked is walked to its new end.
  for (const part of found) for (const { child } of childrenOf(part)) found.add(child)
  return found
}

/** The three empty dicts, and training mode: what `nn.Module.__init__` sets. */
export function initialiseModule(object: InstanceValue): void {
  for (const name of REGISTRIES) object.attributes.set(name, new DictValue())
  object.attributes.set('training', { kind: 'bool', value: true })
}
