import { type Dim, knownIntegers, mul, type Node, type Value } from '../../graph/index.ts'
import { constantNumber } from '../match/constants.ts'

/** A run of positions that axes are made of: `heads` and `size` of an axis that holds both. */
export interface Run {
  readonly name: string
  readonly size: Dim
  /** Where one position of it is taken out. */
  readonly at?: number | undefined
}

/** What each axis of a value is made of, outermost run first. Runs of size 1 move nothing and are left out. */
export type Layout = readonly (readonly Run[])[]

/** A value, and how another one's positions lie in it. */
export interface Place {
  readonly value: Value
  readonly layout: Layout
  /** Numbers that every element is multiplied with on the way. */
  readonly factor: number
  /** What lies between the two. */
  readonly nodes: readonly Node[]
}

export const layoutOf = (...runs: readonly Run[]): Layout => runs.map((run) => withoutOnes([run]))

export const layoutText = (layout: Layout): string =>
  layout.map((runs) => runs.map(({ name }) => name).join('·')).join(' ')

const withoutOnes = (runs: readonly Run[]): readonly Run[] => runs.filter(({ size }) => size !== 1)

/** Movement between a projection and a product of attention, in its longest spelling. */
const MOST_STEPS = 16

/**
 * Follows a value back through what only moves elements (Transpose, Reshape, Squeeze, Unsqueeze, a Gather or a part of a
 * Split) or scales them, and tells at each step how its positions lie there; nearest first, itself included.
 */
export function* origins(value: Value, layout: Layout): Generator<Place> {
  let place: Place = { value, layout, factor: 1, nodes: [] }
  for (let step = 0; step <= MOST_STEPS; step++) {
    yield place
    const node = place.value.producer
    if (node?.domain !== '' || node.graph !== value.graph) return
    const before = STEPS[node.op]?.(node, place)
    if (!before) return
    place = { factor: place.factor, ...before, nodes: [...place.nodes, node] }
  }
}

type Step = (node: Node, place: Place) => { value: Value; layout: Layout; factor?: number } | undefined

const STEPS: { readonly [op: string]: Step } = {
  Transpose: transpose,
  Reshape: reshape,
  Squeeze: reshape,
  Unsqueeze: reshape,
  Flatten: reshape,
  Gather: gather,
  Split: split,
  Slice: slice,
  Mul: (node, place) => scale(node, place, (a, b) => a * b),
  Div: (node, place) => (node.inputs[0]?.tensor ? undefined : scale(node, place, (a, b) => a / b)),
}

/** The axes before a Transpose. */
function transpose(node: Node, { layout }: Place): ReturnType<Step> {
  const perm = node.attribute('perm', 'ints') ?? layout.map((_, axis) => layout.length - 1 - axis)
  const before = layout.map((): readonly Run[] => [])
  perm.forEach((axis, index) => {
    before[axis] = layout[index] ?? []
  })
  return { value: node.input(0), layout: before }
}

function reshape(node: Node, { layout }: Place): ReturnType<Step> {
  const value = node.input(0)
  const dims = dimsOf(value)
  const regrouped = dims && regroup(layout.flat(), dims)
  return regrouped && { value, layout: regrouped }
}

/** Axes of these dims that hold the runs in order; undefined where a run would lie across two of them. */
export function regroup(runs: readonly Run[], dims: readonly Dim[]): Layout | undefined {
  let next = 0
  const layout = dims.map((dim) => {
    const own: Run[] = []
    let size: Dim = 1
    while (size !== dim && next < runs.length) {
      const run = runs[next++]
      if (!run) break
      own.push(run)
      size = mul(size, run.size)
    }
    return size === dim ? own : undefined
  })
  return next === runs.length && layout.every((own) => own !== undefined) ? layout : undefined
}

/** One position of an axis that the result does not have, or has with size 1. */
function gather(node: Node, { layout }: Place): ReturnType<Step> {
  const [value, indices] = [node.input(0), node.input(1)]
  const dims = dimsOf(value)
  const index = constantNumber(indices)
  const rank = indices.tensor?.dims.length
  if (!dims || index === undefined || rank === undefined || rank > 1) return undefined
  const axis = axisOf(node, 'axis', dims.length)
  const taken = part(dims[axis], 1, index)
  return taken && { value, layout: layout.toSpliced(axis, rank, [taken]) }
}

function split(node: Node, { value: output, layout }: Place): ReturnType<Step> {
  const value = node.input(0)
  const dims = dimsOf(value)
  if (!dims) return undefined
  const axis = axisOf(node, 'axis', dims.length)
  const [length] = [dimsOf(output)?.[axis]]
  const isEqual = node.outputs.every((other) => dimsOf(other)?.[axis] === length)
  const taken = isEqual ? part(dims[axis], length, node.outputs.indexOf(output) * Number(length)) : undefined
  return taken && { value, layout: withPart(layout, axis, taken) }
}

function slice(node: Node, { value: output, layout }: Place): ReturnType<Step> {
  const value = node.input(0)
  const [dims, lengths] = [dimsOf(value), dimsOf(output)]
  const [starts, axes, steps] = [1, 3, 4].map((at) => node.inputs[at] && knownIntegers(node.inputs[at]))
  const given = starts?.[0]
  if (!dims || !lengths || typeof given !== 'number' || starts?.length !== 1) return undefined
  if (node.inputs[4] && steps?.[0] !== 1) return undefined
  const named = node.inputs[3] ? axes?.[0] : 0
  if (typeof named !== 'number') return undefined
  const axis = named < 0 ? named + dims.length : named
  const [size, length] = [dims[axis], lengths[axis]]
  const start = given < 0 && typeof size === 'number' ? given + size : given
  const taken = part(size, length, start)
  return taken && { value, layout: withPart(layout, axis, taken) }
}

const withPart = (layout: Layout, axis: number, taken: Run): Layout =>
  layout.toSpliced(axis, 1, [taken, ...(layout[axis] ?? [])])

/** The run of which one position is `length` long and starts at `start`. */
function part(size: Dim | undefined, length: Dim | undefined, start: number): Run | undefined {
  if (typeof size !== 'number' || typeof length !== 'number' || length === 0) return undefined
  const from = start < 0 ? start + size : start
  if (size % length !== 0 || from % length !== 0 || from < 0 || from >= size) return undefined
  return { name: 'part', size: size / length, at: from / length }
}

function scale(
  node: Node,
  { layout, factor }: Place,
  combine: (a: number, b: number) => number,
): ReturnType<Step> {
  const at = constantNumber(node.inputs[1]) === undefined ? 0 : 1
  const number = constantNumber(node.inputs[at])
  const value = node.input(1 - at)
  if (number === undefined || dimsOf(value)?.length !== layout.length) return undefined
  return { value, layout, factor: combine(factor, number) }
}

function axisOf(node: Node, name: string, rank: number): number {
  const axis = node.attribute(name, 'int') ?? 0
  return axis < 0 ? axis + rank : axis
}

export const dimsOf = ({ type }: Value): readonly Dim[] | undefined =>
  type?.kind === 'tensor' ? type.dims : undefined

/** Follows a value forward through Transpose and reshaping, as long as nothing else reads it; itself first. */
export function* destinations(value: Value, layout: Layout): Generator<Place> {
  let place: Place = { value, layout, factor: 1, nodes: [] }
  for (let step = 0; step <= MOST_STEPS; step++) {
    yield place
    const [user] = place.value.userCount === 1 && place.value.outputOf.length === 0 ? place.value.users : []
    if (!user || user.graph !== value.graph || user.domain !== '' || user.inputs[0] !== place.value) return
    const after = followed(user, place.layout)
    if (!after) return
    place = { value: user.output, layout: after, factor: 1, nodes: [...place.nodes, user] }
  }
}

function followed(user: Node, layout: Layout): Layout | undefined {
  if (user.op === 'Transpose') {
    const perm = user.attribute('perm', 'ints') ?? layout.map((_, axis) => layout.length - 1 - axis)
    return perm.map((axis) => layout[axis] ?? [])
  }
  const isReshaping = STEPS[user.op] === reshape
  const dims = isReshaping ? dimsOf(user.output) : undefined
  return dims && regroup(layout.flat(), dims)
}
