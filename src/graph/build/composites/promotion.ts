import { DTYPES, type DType, isFloat } from '../../dtype.ts'
import type { Value } from '../../value.ts'
import type { Builder } from '../builder.ts'
import { cast } from './casting.ts'

/** What promotion looks at: a Python number, or a tensor, which counts less when it has no dims. */
export type Operand =
  | { readonly kind: 'number'; readonly type: 'bool' | 'int' | 'float' }
  | { readonly kind: 'tensor'; readonly dtype: DType; readonly rank: number }

/** PyTorch's default dtypes of Python numbers. */
const NUMBER_DTYPES = { bool: 'bool', int: 'int64', float: 'float32' } as const

/**
 * The dtype PyTorch computes in: tensors with dims decide; 0-D tensors, then Python numbers, count only where they are of
 * a higher category (bool < integer < float < complex).
 * https://docs.pytorch.org/docs/stable/tensor_attributes.html#torch.dtype
 *
 * @example torchResultType([{ kind: 'tensor', dtype: 'int64', rank: 2 }, { kind: 'number', type: 'float' }]) // 'float32'
 */
export function torchResultType(operands: readonly Operand[]): DType {
  const withDims = operands.flatMap((o) => (o.kind === 'tensor' && o.rank > 0 ? [o.dtype] : []))
  const withoutDims = operands.flatMap((o) => (o.kind === 'tensor' && o.rank === 0 ? [o.dtype] : []))
  const numbers = operands.flatMap((o) => (o.kind === 'number' ? [NUMBER_DTYPES[o.type]] : []))
  const groups = [withDims, withoutDims, numbers].map((group) =>
    group.reduce<DType | undefined>(widest, undefined),
  )
  return groups.reduce(withLower) ?? 'float32'
}

const widest = (a: DType | undefined, b: DType): DType => (a === undefined ? b : promoteTypes(a, b))

/** A lower group counts where it is of a higher category. */
function withLower(higher: DType | undefined, lower: DType | undefined): DType | undefined {
  if (higher === undefined || lower === undefined) return higher ?? lower
  return category(lower) > category(higher) ? lower : higher
}

/** Tensors as the one dtype that PyTorch computes in; numbers are made constants of it by the caller. */
export function promoteAll(b: Builder, values: readonly Value[]): readonly Value[] {
  const dtype = torchResultType(values.map(({ dtype, rank }) => ({ kind: 'tensor', dtype, rank })))
  return values.map((value) => cast(b, value, dtype))
}

const CATEGORIES = { bool: 0, int: 1, uint: 1, float: 2, complex: 3, string: 4 } as const
const category = (dtype: DType): number => CATEGORIES[DTYPES[dtype].kind]

/** The smallest dtype that both go into; of float16 and bfloat16 that is float32. */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a
  if (category(a) !== category(b)) return category(a) > category(b) ? a : b
  return isFloat(a) || DTYPES[a].kind === 'complex' ? promoteFloats(a, b) : promoteIntegers(a, b)
}

function promoteFloats(a: DType, b: DType): DType {
  const [x, y] = [DTYPES[a].bits, DTYPES[b].bits]
  return x === y ? 'float32' : x > y ? a : b
}

/** The signed dtype that holds an unsigned one, as NumPy has it; of these PyTorch promotes uint8 only. */
const SIGNED_ABOVE: { readonly [dtype in DType]?: DType } = {
  uint4: 'int8',
  uint8: 'int16',
  uint16: 'int32',
  uint32: 'int64',
  uint64: 'float64',
}

/** uint8 with int8 is int16; uint8 with int32 is int32. */
function promoteIntegers(a: DType, b: DType): DType {
  const [x, y] = [DTYPES[a], DTYPES[b]]
  if (x.kind === y.kind) return x.bits > y.bits ? a : b
  const [unsigned, signed] = x.kind === 'uint' ? [a, b] : [b, a]
  return DTYPES[signed].bits > DTYPES[unsigned].bits ? signed : (SIGNED_ABOVE[unsigned] ?? 'float64')
}
