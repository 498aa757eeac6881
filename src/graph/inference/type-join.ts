import { type Dim, symbolName, symbolsOf } from '../dims/index.ts'
import type { Graph } from '../graph.ts'
import type { Value } from '../value.ts'
import { typeText, type ValueType } from '../value-type.ts'
import type { InferenceContext } from './context.ts'

/**
 * The type that both are: dims that differ become `differing(a, b)`, ranks that differ are unknown, and what one of
 * them may lack is optional.
 * @throws ModelError INVALID_NODE when element types differ.
 */
export function joinTypes(
  context: InferenceContext,
  a: ValueType,
  b: ValueType,
  differing: (a: Dim, b: Dim, axis: number) => Dim,
): ValueType {
  if (a.kind === 'tensor' && b.kind === 'tensor' && a.dtype === b.dtype) {
    const other = b.dims
    if (!a.dims || !other || a.dims.length !== other.length) return { ...a, dims: undefined }
    const dims = a.dims.map((dim, axis) => {
      const opposite = other[axis] ?? dim
      return dim === opposite ? dim : differing(dim, opposite, axis)
    })
    return { ...a, dims }
  }
  if (a.kind !== 'tensor' && b.kind !== 'tensor' && a.kind === b.kind)
    return { ...a, element: joinTypes(context, a.element, b.element, differing) }
  if (a.kind === 'optional') return { ...a, element: joinTypes(context, a.element, b, differing) }
  if (b.kind === 'optional') return { ...b, element: joinTypes(context, a, b.element, differing) }
  return context.fail(`one result is ${typeText(a)} and the other ${typeText(b)}`)
}

/** A dim that may be either of two. */
export const eitherDim =
  (context: InferenceContext) =>
  (a: Dim, b: Dim): Dim =>
    context.unbackedDim(Math.max(context.bounds(a)[1], context.bounds(b)[1]))

/** A type with every dim that `isLocal` names replaced by a fresh one. */
export function withoutLocals(
  context: InferenceContext,
  type: ValueType,
  isLocal: (dim: Dim) => boolean,
): ValueType {
  if (type.kind !== 'tensor') return { ...type, element: withoutLocals(context, type.element, isLocal) }
  const dims = type.dims?.map((dim) => (isLocal(dim) ? context.unbackedDim(context.bounds(dim)[1]) : dim))
  return { ...type, dims }
}

/**
 * Whether a dim is made of a size that is decided anew in every run of a body, and means nothing outside. What the bodies see is
 * looked up only once a dim of such a size is met: few are, and bodies may be nested.
 */
export function localDims(context: InferenceContext, bodies: readonly Graph[]): (dim: Dim) => boolean {
  const { unbacked } = context.model
  let outer: ReadonlySet<string> | undefined
  return (dim) => {
    if (typeof dim === 'number') return false
    const decided = [...symbolsOf(dim)].filter((name) => unbacked.has(name))
    if (decided.length === 0) return false
    outer ??= outerSymbols(context, bodies)
    return decided.some((name) => !outer?.has(name))
  }
}

/** Symbols of the values that a call and its bodies take from around them. */
function outerSymbols(context: InferenceContext, bodies: readonly Graph[]): ReadonlySet<string> {
  const outer = new Set<string>()
  const note = (value: Value | undefined): void => {
    const dims = value?.type?.kind === 'tensor' ? (value.type.dims ?? []) : []
    for (const dim of [...dims, ...(value?.content ?? [])]) symbolsOf(dim, outer)
  }
  for (const input of context.inputs) note(input)
  for (const body of bodies) for (const value of captured(body)) note(value)
  return outer
}

/** Values that a subgraph, or one below it, reads from graphs around it. */
function captured(body: Graph): Set<Value> {
  const own = new Set<Graph>([body])
  for (const node of body.allNodes()) own.add(node.graph)
  const found = new Set<Value>()
  for (const graph of own) for (const { value } of graph.outputs) if (!own.has(value.graph)) found.add(value)
  for (const node of body.allNodes())
    for (const input of node.inputs) if (input && !own.has(input.graph)) found.add(input)
  return found
}

/** Whether the dim is one symbol that only the data decides. */
export function isUnbacked(context: InferenceContext, dim: Dim): boolean {
  const name = symbolName(dim)
  return name !== undefined && context.model.unbacked.has(name)
}
