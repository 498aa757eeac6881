import { ModelError, nearest } from '../../../errors/index.ts'
import { type DimSpec, type DType, dimSpecText, type InputSpec } from '../../../graph/index.ts'
import type { Port, PortType } from './ports.ts'

/** What is passed for one argument: tensors become graph inputs, everything else is fixed. */
export type Given =
  | {
      readonly kind: 'tensor'
      readonly dtype: DType
      readonly dims: readonly DimSpec[]
      /** Nobody said the dtype: it is the default. */
      readonly assumesDtype?: boolean
    }
  | { readonly kind: 'value'; readonly value: boolean | number | string }
  | { readonly kind: 'list' | 'tuple'; readonly items: readonly Given[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [string, Given])[] }
  /** Left to its default. */
  | { readonly kind: 'default' }

export interface NamedGiven {
  readonly name: string
  readonly given: Given
}

/**
 * Matches `?input=` specs with the arguments of the entry method: named ones by name (and path into nested values), the
 * others in order. undefined for an argument that nothing is said of.
 *
 * @throws ModelError BAD_QUERY_VALUE for a spec that fits no argument.
 */
export function matchSpecs(
  ports: readonly Port[],
  specs: readonly InputSpec[],
): ReadonlyMap<string, readonly InputSpec[]> {
  const matched = new Map<string, InputSpec[]>()
  const unnamed = specs.filter(({ name }) => name === undefined)
  const named = specs.filter(({ name }) => name !== undefined)
  for (const spec of named) {
    const [root = ''] = (spec.name ?? '').split('.')
    const port = ports.find(({ name }) => name === root)
    if (!port) throw noSuchInput(ports, spec.name ?? '')
    matched.set(port.name, [...(matched.get(port.name) ?? []), spec])
  }
  const free = ports.filter(({ name }) => !matched.has(name))
  for (const [index, spec] of unnamed.entries()) {
    const port = free[index]
    if (!port) {
      throw new ModelError('BAD_QUERY_VALUE', {
        what: `${specs.length} inputs are described, and the model takes ${ports.length}`,
        next: `Its inputs are ${ports.map(({ name }) => name).join(', ') || 'none'}`,
      })
    }
    matched.set(port.name, [spec])
  }
  return matched
}

function noSuchInput(ports: readonly Port[], name: string): ModelError {
  const names = ports.map((port) => port.name)
  const close = nearest(name, names)
  return new ModelError('BAD_QUERY_VALUE', {
    what: `The model has no input ${JSON.stringify(name)}`,
    next: `${close ? `Did you mean ${close}? ` : ''}Its inputs are ${names.join(', ') || 'none'}`,
  })
}

/** The argument that its specs describe; dtype defaults to float32. @throws ModelError BAD_QUERY_VALUE. */
export function givenBySpecs(port: Port, specs: readonly InputSpec[]): Given {
  return assemble(
    port.type,
    specs.map((spec) => ({ path: spec.name?.split('.').slice(1) ?? [], spec })),
    port.name,
  )
}

interface Placed {
  readonly path: readonly string[]
  readonly spec: InputSpec
}

function assemble(type: PortType, placed: readonly Placed[], where: string): Given {
  const [only, second] = placed
  if (only && !second && only.path.length === 0) return leaf(type, only.spec, where)
  const groups = new Map<string, Placed[]>()
  for (const { path, spec } of placed) {
    const [key, ...rest] = path
    if (key === undefined) {
      throw new ModelError('BAD_QUERY_VALUE', { what: `The input ${where} is described twice` })
    }
    groups.set(key, [...(groups.get(key) ?? []), { path: rest, spec }])
  }
  const entries = [...groups].map(
    ([key, inner]) => [key, assemble(elementType(type, key), inner, `${where}.${key}`)] as const,
  )
  if (entries.every(([key]) => /^\d+$/.test(key))) {
    const items = entries.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, item]) => item)
    return { kind: type.kind === 'tuple' ? 'tuple' : 'list', items }
  }
  return { kind: 'dict', entries }
}

function elementType(type: PortType, key: string): PortType {
  if (type.kind === 'tuple') return type.elements[Number(key)] ?? { kind: 'unknown' }
  return type.kind === 'list' || type.kind === 'dict' ? type.element : { kind: 'unknown' }
}

function leaf(type: PortType, spec: InputSpec, where: string): Given {
  if (spec.value !== undefined) return { kind: 'value', value: spec.value }
  if (spec.dims === undefined || type.kind === 'plain') {
    throw new ModelError('BAD_QUERY_VALUE', {
      what: `The input ${where} needs ${type.kind === 'plain' ? 'a value' : 'dims'}`,
      next: type.kind === 'plain' ? `?input=${where}=1` : `?input=${where}:f32[N,3,224,224]`,
    })
  }
  const { dtype, dims } = spec
  return dtype
    ? { kind: 'tensor', dtype, dims }
    : { kind: 'tensor', dtype: 'float32', dims, assumesDtype: true }
}

/** The argument as a query would spell it: `ids:i64[N,12]`. */
export function spelled(name: string, given: Given, short: (dtype: DType) => string): string[] {
  switch (given.kind) {
    case 'tensor':
      return [`${name}:${short(given.dtype)}[${given.dims.map(dimSpecText).join(',')}]`]
    case 'value':
      return [`${name}=${given.value}`]
    case 'list':
    case 'tuple':
      return given.items.flatMap((item, index) => spelled(`${name}.${index}`, item, short))
    case 'dict':
      return given.entries.flatMap(([key, item]) => spelled(`${name}.${key}`, item, short))
    default:
      return []
  }
}
