import {
  CONTRIB_DOMAIN,
  DTYPES,
  elementCount,
  LazyTensor,
  type Node,
  type Tensor,
  tensorByteLength,
  type Value,
} from '../../../../../graph/index.ts'
import { transposedTensor } from '../../../../match/transposed-tensor.ts'
import { knownDims } from '../../../../match/types.ts'
import type { Mover, Operands, Replacement } from '../move.ts'
import { inverse, isSamePerm, type Perm } from '../perm.ts'

/** Operators that look at one element at a time; further inputs are scalars. */
const UNARY =
  'Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Cast Ceil Celu Clip Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Log Mish Neg Not Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Tan Tanh ThresholdedRelu'

/** Operators whose inputs broadcast to one another, or to the first. */
const BROADCAST =
  'Add And BitShift BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or PRelu Pow Sub Sum Where Xor'

const unary: Mover = ({ layouts }) => {
  const [layout, ...others] = layouts
  return layout && others.every((other) => other === undefined) ? { layouts: [layout] } : undefined
}

/** All operands in one layout; constants are stored anew in it, and what has axes of size 1 alone to move is reshaped. */
const broadcast: Mover = ({ node, layouts }: Operands) => {
  const layout = layouts.find((candidate) => candidate !== undefined)
  const dims = knownDims(node.output)
  if (!layout || dims?.length !== layout.length) return undefined
  const inputs = new Map<number, Replacement>()
  for (const [index, input] of node.inputs.entries()) {
    const own = layouts[index]
    if (!input || (own && !isSamePerm(own, layout))) return undefined
    const replacement = own ? undefined : stored(input, node, layout)
    if (!own && !replacement) return undefined
    if (replacement) inputs.set(index, replacement)
  }
  return { layouts: [layout], inputs }
}

export const ELEMENTWISE: ReadonlyMap<string, Mover> = new Map([
  ...UNARY.split(' ').map((op): [string, Mover] => [`:${op}`, unary]),
  [`${CONTRIB_DOMAIN}:QuickGelu`, unary],
  ...BROADCAST.split(' ').map((op): [string, Mover] => [`:${op}`, broadcast]),
])

/** A constant of that size that others read too is not stored twice. */
const LARGEST_COPY = 4096

/** The operand as it has to be stored for its place among operands of that layout. */
function stored(input: Value, node: Node, layout: Perm): Replacement | undefined {
  const dims = knownDims(input)
  if (!dims) return undefined
  if (dims.length <= layout.length && dims.every((dim) => dim === 1)) return { cost: 0, make: () => input }
  if (input.tensor) {
    const isShared = input.users.some((user) => user !== node) || input.outputOf.length > 0
    if (isShared && tensorByteLength(input.tensor) > LARGEST_COPY) return undefined
    const relaid = relaidConstant(input.tensor, inverse(layout))
    return relaid && { cost: 0, make: (b) => b.constant(relaid, input.name) }
  }
  return reshaped(input, layout)
}

/** Axes are added in front up to the rank, all are moved, and those of size 1 in front dropped again. */
function relaidConstant(tensor: Tensor, perm: Perm): Tensor | undefined {
  const full = [...new Array<number>(perm.length - tensor.dims.length).fill(1), ...tensor.dims]
  const bits = tensor.dtype === 'string' ? 0 : DTYPES[tensor.dtype].bits
  if (bits % 8 !== 0 || bits === 0) return undefined
  const moved = transposedTensor(new LazyTensor(tensor.dtype, full, () => tensor.bytes()), perm)
  const first = moved?.dims.findIndex((dim) => dim !== 1) ?? -1
  if (!moved || elementCount(full) === 0) return undefined
  return new LazyTensor(tensor.dtype, first < 0 ? [] : moved.dims.slice(first), () => moved.bytes())
}

/** A computed operand such as [N, 1, 1, C], whose elements keep their order. */
function reshaped(input: Value, layout: Perm): Replacement | undefined {
  const dims = knownDims(input)
  if (dims?.length !== layout.length) return undefined
  const perm = inverse(layout)
  const sizes = perm.filter((axis) => dims[axis] !== 1)
  if (!sizes.every((axis, at) => at === 0 || axis > (sizes[at - 1] ?? 0))) return undefined
  return { cost: 1, make: (b) => b.transpose(input, { perm }) }
}
