import { type Builder, tensorOf, type Value } from '../../../graph/index.ts'
import { type Affine, spread } from '../../match/affine.ts'

/** Numbers as a constant that broadcasts along an axis: [C, 1, 1], or one number. */
export function alongAxis(
  b: Builder,
  numbers: Float64Array,
  { axis, like }: { readonly axis: number | undefined; readonly like: Value },
): Value {
  if (axis === undefined || numbers.length === 1) return b.scalar(like.dtype, numbers[0] ?? 0)
  const dims = [numbers.length, ...like.dims.slice(axis + 1).map(() => 1)]
  return b.constant(tensorOf(like.dtype, dims, numbers))
}

/** How many nodes `spelled` makes. */
export const nodesOf = (affine: Affine): number =>
  isNormalization(affine) ? 1 : Number(affine.scale !== undefined) + Number(affine.shift !== undefined)

/** The fewest nodes: a BatchNormalization where both terms run along the channels of images, else Mul and Add. */
export function spelled(b: Builder, affine: Affine): Value {
  const { x, axis, scale, shift } = affine
  if (isNormalization(affine)) return normalized(b, affine)
  const scaled = scale ? b.mul(x, alongAxis(b, scale, { axis, like: x })) : x
  return shift ? b.add(scaled, alongAxis(b, shift, { axis, like: x })) : scaled
}

/** Vectors of rank 2 are not images: there Mul and Add are what a LayerNormalization ends with. */
const isNormalization = ({ x, axis, scale, shift }: Affine): boolean =>
  axis === 1 && x.rank > 2 && scale !== undefined && shift !== undefined && x.dtype !== 'bfloat16'

function normalized(b: Builder, { x, scale, shift }: Affine): Value {
  const channels = Number(x.dims[1])
  const constant = (numbers: Float64Array): Value =>
    b.constant(tensorOf(x.dtype, [channels], spread(numbers, channels)))
  const [one, zero] = [Float64Array.of(1), Float64Array.of(0)]
  return b.batchNormalization(
    x,
    constant(scale ?? one),
    constant(shift ?? zero),
    constant(zero),
    constant(one),
    {
      epsilon: 0,
    },
  )
}
