import { type Dim, knownIntegers, type Node, type Value } from '../../../../graph/index.ts'
import { knownDims } from '../../../match/types.ts'

/** What a sequence of tensors holds. */
export type Elements = Listed | Parts

/** Values one by one. */
export interface Listed {
  readonly kind: 'listed'
  readonly values: readonly Value[]
}

/** The parts of one tensor along an axis. */
export interface Parts {
  readonly kind: 'parts'
  readonly source: Value
  readonly axis: number
  /** Elements along the axis, where it is fixed or listed. */
  readonly count: number | undefined
  /** Where part `index` starts and ends; a last part may be shorter. */
  readonly range: (index: number) => readonly [start: number, end: number]
  /** Parts of one place each, that do not have the axis. */
  readonly isDropped: boolean
}

/** Longer sequences are data rather than a way to write a graph. */
export const MOST_ELEMENTS = 64

/** What the sequence that a node gives holds, by what is known of the sequences that it takes. */
export function elementsOf(node: Node, known: ReadonlyMap<Value, Elements>): Elements | undefined {
  const elements = node.domain === '' ? READERS[node.op]?.(node, known) : undefined
  return elements?.kind === 'listed' && elements.values.length > MOST_ELEMENTS ? undefined : elements
}

type Known = ReadonlyMap<Value, Elements>

const READERS: { readonly [op: string]: (node: Node, known: Known) => Elements | undefined } = {
  SequenceEmpty: () => listed([]),
  SequenceConstruct: ({ inputs }) => listed(inputs.filter((input) => input !== undefined)),
  SequenceInsert: (node, known) =>
    changed(node, known, { position: node.inputs[2], last: 0 }, (values, at) =>
      at <= values.length ? values.toSpliced(at, 0, node.input(1)) : undefined,
    ),
  SequenceErase: (node, known) =>
    changed(node, known, { position: node.inputs[1], last: 1 }, (values, at) =>
      at < values.length ? values.toSpliced(at, 1) : undefined,
    ),
  SplitToSequence: parts,
}

const listed = (values: readonly Value[]): Listed => ({ kind: 'listed', values })

/** `last`: how far from the end the place is that no position names. */
function changed(
  node: Node,
  known: Known,
  { position, last }: { readonly position: Value | undefined; readonly last: number },
  change: (values: readonly Value[], at: number) => readonly Value[] | undefined,
): Listed | undefined {
  const before = known.get(node.input(0))
  if (before?.kind !== 'listed') return undefined
  const { length } = before.values
  const given = position ? integerOf(position) : length - last
  const at = given !== undefined && given < 0 ? given + length : given
  const values = at === undefined || at < 0 ? undefined : change(before.values, at)
  return values && listed(values)
}

/** The one integer that a value is known to be. */
export function integerOf(value: Value): number | undefined {
  const [integer, ...others] = knownIntegers(value) ?? []
  return typeof integer === 'number' && others.length === 0 ? integer : undefined
}

/** Without sizes parts have one place each; a single size leaves a rest for the last part. */
function parts(node: Node): Parts | undefined {
  const [source, sizes] = [node.input(0), node.inputs[1]]
  const dims = knownDims(source)
  if (!dims) return undefined
  const given = node.attribute('axis', 'int') ?? 0
  const axis = given < 0 ? given + dims.length : given
  const size = dims[axis]
  if (!sizes) {
    const isDropped = node.attribute('keepdims', 'int') === 0
    return { ...even(size, 1), kind: 'parts', source, axis, isDropped }
  }
  const lengths = knownIntegers(sizes)?.filter((length) => typeof length === 'number')
  const rank = knownDims(sizes)?.length
  if (rank === undefined || !lengths || lengths.length !== knownIntegers(sizes)?.length) return undefined
  const [length] = lengths
  const cut = rank === 0 ? length !== undefined && length > 0 && even(size, length) : listedSizes(lengths)
  return cut ? { ...cut, kind: 'parts', source, axis, isDropped: false } : undefined
}

type Cut = Pick<Parts, 'count' | 'range'>

const even = (size: Dim | undefined, length: number): Cut => ({
  count: typeof size === 'number' ? Math.ceil(size / length) : undefined,
  range: (index) => [index * length, (index + 1) * length],
})

function listedSizes(lengths: readonly number[]): Cut {
  const starts = [0]
  for (const length of lengths) starts.push((starts.at(-1) ?? 0) + length)
  return { count: lengths.length, range: (index) => [starts[index] ?? 0, starts[index + 1] ?? 0] }
}
