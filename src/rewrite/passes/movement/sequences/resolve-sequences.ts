import type { Builder, Model, Node, Value } from '../../../../graph/index.ts'
import { builderAt } from '../../../match/edit.ts'
import { knownDims } from '../../../match/types.ts'
import type { Pass } from '../../../pass.ts'
import { Replacement } from '../../../replacement.ts'
import { type Elements, elementsOf, integerOf, MOST_ELEMENTS, type Parts } from './elements.ts'

/**
 * What is taken out of a sequence at a known position is that tensor, or a Slice of the one that was split; the length of
 * a known sequence is a constant, and its elements joined are a Concat of them. Slices that part an axis become a Split.
 *
 * @example SequenceAt(SplitToSequence(x, 2), 1) // Slice(x, 2, 4)
 */
export const resolveSequences: Pass = {
  name: 'resolve-sequences',
  level: 'basic',
  operators: [['ConcatFromSequence', 'SequenceAt', 'SequenceLength']],
  run(model) {
    let resolved = 0
    const known = new Map<Value, Elements>()
    const replacement = new Replacement(model)
    for (const node of model.graph.allNodes()) {
      replacement.follow(node)
      const elements = elementsOf(node, known)
      if (elements) known.set(node.output, elements)
      const value = resolvedBy(model, node, known)
      if (!value) continue
      replacement.replace(node.output, value)
      resolved++
    }
    replacement.finish()
    return { sequence: resolved }
  },
}

function resolvedBy(model: Model, node: Node, known: ReadonlyMap<Value, Elements>): Value | undefined {
  const resolve = node.domain === '' ? RESOLVERS[node.op] : undefined
  const [sequence] = node.inputs
  const elements = resolve && sequence && known.get(sequence)
  if (!elements || !node.output.isUsed) return undefined
  return resolve(node, elements, builderAt(model, node))
}

type Resolver = (node: Node, elements: Elements, b: Builder) => Value | undefined

const RESOLVERS: { readonly [op: string]: Resolver } = {
  SequenceAt: elementAt,
  SequenceLength: (_, elements, b) => {
    const count = countOf(elements)
    return count === undefined ? undefined : b.scalar('int64', count)
  },
  ConcatFromSequence: joined,
}

const countOf = (elements: Elements): number | undefined =>
  elements.kind === 'listed' ? elements.values.length : elements.count

/** A position that there is not is left, for the runtime to refuse. */
function elementAt(node: Node, elements: Elements, b: Builder): Value | undefined {
  const [given, count] = [integerOf(node.input(1)), countOf(elements)]
  if (given === undefined) return undefined
  const position = given < 0 && count !== undefined ? given + count : given
  if (position < 0 || (count !== undefined && position >= count)) return undefined
  return elements.kind === 'listed'
    ? elements.values[position]
    : partAt(b, elements, position, node.output.name)
}

function partAt(b: Builder, { source, axis, range, isDropped }: Parts, index: number, name?: string): Value {
  if (isDropped) return b.gather(source, b.scalar('int64', index), { axis, name })
  const [start, end] = range(index)
  return b.slice(source, b.int64s([start]), b.int64s([end]), { axes: b.int64s([axis]), name })
}

function joined(node: Node, elements: Elements, b: Builder): Value | undefined {
  const stacks = node.attribute('new_axis', 'int') === 1
  const rank = rankJoined(elements, stacks)
  const given = node.attribute('axis', 'int')
  if (rank === undefined || given === undefined) return undefined
  const axis = given < 0 ? given + rank : given
  const { name } = node.output
  if (elements.kind === 'parts' && elements.isDropped === stacks) {
    if (axis === elements.axis) return elements.source
    if (stacks) return b.transpose(elements.source, { perm: moved(rank, elements.axis, axis), name })
  }
  const values = valuesOf(elements, b)
  if (!values?.length || !areAlike(values, stacks ? undefined : axis)) return undefined
  const axes = b.int64s([axis])
  return b.concat(stacks ? values.map((value) => b.unsqueeze(value, axes)) : values, { axis, name })
}

/** The list may have started empty, of any rank: elements tell more than its type. */
function rankJoined(elements: Elements, stacks: boolean): number | undefined {
  const [dims, drops] =
    elements.kind === 'listed'
      ? [elements.values[0] && knownDims(elements.values[0]), false]
      : [knownDims(elements.source), elements.isDropped]
  return dims && dims.length - (drops ? 1 : 0) + (stacks ? 1 : 0)
}

/** One Split gives all parts; those without the axis are left, for they would be a node each. */
function valuesOf(elements: Elements, b: Builder): readonly Value[] | undefined {
  if (elements.kind === 'listed') return elements.values
  const { source, axis, count, isDropped, range } = elements
  if (isDropped || count === undefined || count > MOST_ELEMENTS) return undefined
  const size = knownDims(source)?.[axis]
  const lengths = Array.from({ length: count }, (_, index) => {
    const [start, end] = range(index)
    return (typeof size === 'number' ? Math.min(size, end) : end) - start
  })
  // Of other lengths they do not join along another axis.
  return new Set(lengths).size === 1 ? b.split(source, { split: b.int64s(lengths), axis }) : undefined
}

/** Known ranks, and no sizes that rule out joining: what fails as the model runs may stand where it never does. */
function areAlike(values: readonly Value[], along: number | undefined): boolean {
  const [first, ...others] = values.map(knownDims)
  if (!first) return false
  return others.every(
    (dims) =>
      dims?.length === first.length &&
      dims.every((dim, axis) => {
        const other = first[axis]
        return axis === along || typeof dim !== 'number' || typeof other !== 'number' || dim === other
      }),
  )
}

/** The order of axes in which `from` stands at `to`. */
function moved(rank: number, from: number, to: number): number[] {
  const others = Array.from({ length: rank }, (_, axis) => axis).toSpliced(from, 1)
  return others.toSpliced(to, 0, from)
}
