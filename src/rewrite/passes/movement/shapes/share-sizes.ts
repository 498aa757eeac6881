import {
  type Dim,
  type Graph,
  isSymbolic,
  type Model,
  type Node,
  ScopedMap,
  type Value,
} from '../../../../graph/index.ts'
import { builderAt } from '../../../match/edit.ts'
import { knownDims } from '../../../match/types.ts'
import { producerOf } from '../../../match/uses.ts'
import type { Pass } from '../../../pass.ts'
import { type DimRange, listKey, rangeWithin, SizeSources } from './size-sources.ts'

/** Longer lists of integers are tables of positions, not shapes. */
const LONGEST_SHAPE = 16

/**
 * Computes every list of sizes once, and as near to the model's inputs as it can be read: what inference knows to be the
 * same integers is the same value. `Unsqueeze(Gather(Shape(h), 1))` of a hidden state becomes `Shape(ids, start=1, end=2)`
 * of the input that has the size, so that chains through many layers die.
 */
export const shareSizes: Pass = {
  name: 'share-sizes',
  level: 'basic',
  run: (model) => ({ size: share(model, model.graph) }),
}

/** What one graph knows, and the graphs around it. */
interface Scope {
  readonly sources: SizeSources
  /** dtype, rank and integers → the first value that has them. */
  readonly known: ScopedMap<string, Value>
}

function share(model: Model, graph: Graph, outer?: Scope): number {
  const scope: Scope = {
    sources: new SizeSources(graph.inputs, outer?.sources),
    known: new ScopedMap(outer?.known),
  }
  let shared = 0
  for (const node of graph.nodes()) {
    for (const output of node.outputs) if (output.isUsed && shareOutput(model, node, output, scope)) shared++
    for (const subgraph of node.subgraphs) shared += share(model, subgraph, scope)
  }
  return shared
}

function shareOutput(model: Model, node: Node, output: Value, scope: Scope): boolean {
  const sizes = sizesOf(output)
  if (!sizes) return false
  const key = `${output.dtype} ${output.rank} ${listKey(sizes)}`
  const known = scope.known.get(key)
  const better = known ?? readDirectly(model, node, output, sizes, scope)
  scope.known.set(key, better ?? output)
  if (!better || better === output) return false
  output.replaceUsesWith(better)
  return true
}

/** The integers of a shape or a size that is not known in full: those that are become constants elsewhere. */
function sizesOf(value: Value): readonly Dim[] | undefined {
  const { content, type } = value
  if (!content?.some(isSymbolic) || content.length > LONGEST_SHAPE) return undefined
  if (type?.kind !== 'tensor' || type.dtype !== 'int64' || (type.dims?.length ?? 2) > 1) return undefined
  return content
}

/** The same integers, read from an input or at least without a detour; undefined where they are already. */
function readDirectly(
  model: Model,
  node: Node,
  output: Value,
  sizes: readonly Dim[],
  { sources, known }: Scope,
): Value | undefined {
  if (output.rank === 1) {
    const range = sources.rangeOf(sizes) ?? ownRange(output, sizes)
    return range && readRange(model, node, output, range)
  }
  const range = sources.rangeOf(sizes)
  if (!range || isReadFrom(output, range.tensor)) return undefined
  const b = builderAt(model, node)
  const all = listKey(range.tensor.dims)
  const shape = known.get(`int64 1 ${all}`) ?? b.shape(range.tensor)
  known.set(`int64 1 ${all}`, shape)
  const at = shape.producer?.attribute('start', 'int') ?? 0
  return b.gather(shape, b.scalar('int64', range.start - at), { name: output.name })
}

/** The tensor whose Shape the value is cut out of, where it has these dims side by side. */
function ownRange(output: Value, sizes: readonly Dim[]): DimRange | undefined {
  let value: Value | undefined = output
  while (value?.producer && CUTS.has(value.producer.op) && value.producer.domain === '')
    value = value.producer.inputs[0]
  const tensor = value && producerOf(value, 'Shape')?.input(0)
  return tensor && rangeWithin(tensor, sizes)
}

/** What takes part of a Shape. */
const CUTS: ReadonlySet<string> = new Set(['Gather', 'Slice', 'Squeeze', 'Unsqueeze', 'Identity', 'Reshape'])

function readRange(model: Model, node: Node, output: Value, range: DimRange): Value | undefined {
  const { tensor, start, end } = range
  if (producerOf(output, 'Shape')?.input(0) === tensor) return undefined
  const isWhole = start === 0 && end === knownDims(tensor)?.length
  return builderAt(model, node).shape(tensor, { ...(isWhole ? {} : { start, end }), name: output.name })
}

/** A scalar that is one Gather or Squeeze away from the tensor's Shape. */
function isReadFrom(scalar: Value, tensor: Value): boolean {
  const cut = producerOf(scalar, 'Gather') ?? producerOf(scalar, 'Squeeze')
  return cut !== undefined && producerOf(cut.input(0), 'Shape')?.input(0) === tensor
}
