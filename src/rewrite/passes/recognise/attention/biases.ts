import {
  type Builder,
  DTYPES,
  MemoryTensor,
  type Node,
  type Tensor,
  type Value,
} from '../../../../graph/index.ts'
import { producerOf } from '../../../match/uses.ts'
import { dimsOf, type Place } from '../../../pattern/layout.ts'
import { isReadWithin } from '../../../pattern/region.ts'
import type { Source } from './places.ts'
import { partOf } from './tokens.ts'

/** A projection before its bias is added. */
export interface Projection {
  readonly value: Value
  readonly bias: Value | undefined
}

export function projectionOf({ value, nodes }: Place, region: ReadonlySet<Node>): Projection {
  const add = producerOf(value, 'Add', nodes.at(-1))
  const side = add?.inputs.findIndex((input) => input?.tensor)
  const bias = side === undefined ? undefined : add?.inputs[side]
  const source = side === undefined ? undefined : add?.inputs[1 - side]
  const features = dimsOf(value)?.[2]
  const isPerFeature = bias?.tensor?.dims.length === 1 && bias.tensor.dims[0] === features
  const isOwn = [...nodes.flatMap((node) => node.outputs), value].every((output) =>
    isReadWithin(output, region),
  )
  if (!source || !isPerFeature || !isOwn || dimsOf(source)?.length !== 3 || dimsOf(source)?.[2] !== features)
    return { value, bias: undefined }
  return { value: source, bias }
}

/** Of query, key and value, one after the other. */
export function biasOf(
  b: Builder,
  sources: readonly Source[],
  projections: readonly Projection[],
): Value | undefined {
  const [first] = projections
  if (projections.every(({ bias }) => !bias)) return undefined
  const parts = sources.map(partOf)
  const isPacked =
    projections.every(({ bias }) => bias === first?.bias) &&
    parts.every((part, index) => part?.at === index && part.count === sources.length)
  if (isPacked) return first?.bias
  const bytes = sources.map((source, index) => biasBytes(source, projections[index]?.bias?.tensor))
  const { dtype } = sources[0]?.value ?? b.int64s([])
  const length = bytes.reduce((sum, part) => sum + part.byteLength, 0)
  const joined = new Uint8Array(length)
  bytes.reduce((at, part) => {
    joined.set(part, at)
    return at + part.byteLength
  }, 0)
  return b.constant(new MemoryTensor(dtype, [(length * 8) / DTYPES[dtype].bits], joined), 'attention_bias')
}

/** The bias of the part that is taken; zeros without one. */
function biasBytes(source: Source, bias: Tensor | undefined): Uint8Array {
  const { dtype } = source.value
  const part = partOf(source)
  const features = featuresOf(source) / (part?.count ?? 1)
  const size = (features * DTYPES[dtype].bits) / 8
  if (!bias) return new Uint8Array(size)
  const start = (part?.at ?? 0) * size
  return bias.bytes().subarray(start, start + size)
}

/** Of all heads. */
function featuresOf({ value, form }: Source): number {
  const [, heads = 0, third = 0, last = 0] = value.dims.map(Number)
  if (form === 'tokens') return third
  return (form === 'heads' ? heads : third) * last
}
