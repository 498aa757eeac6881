import { DTYPES, type DType, isFloat } from '../../../graph/index.ts'

/** What promotion looks at: a Python number, or a tensor, which counts less when it has no dims. */
export type Operand =
  | { readonly kind: 'number'; readonly type: 'bool' | 'int' | 'float' }
  | { readonly kind: 'tensor'; readonly dtype: DType; readonly rank: number }

/** PyTorch's default dtypes of Python numbers. */
const NUMBER_DTYPES = { bool: 'bool', int: 'int64', float: 'float32' } as const

/**
 * The dtype that PyTorch computes in (c10 promoteTypes and at::result_type): tensors with dims decide; 0-d tensors, then
 * Python numbers, count only where they are of a higher category (bool < int < float).
 */
export function promoted(operands: readonly Operand[]): DType {
  const withDims = promoteAll(operands.flatMap((o) => (o.kind === 'tensor' && o.rank > 0 ? [o.dtype] : [])))
  const withoutDims = promoteAll(
    operands.flatMap((o) => (o.kind === 'tensor' && o.rank === 0 ? [o.dtype] : [])),
  )
  const numbers = promoteAll(operands.flatMap((o) => (o.kind === 'number' ? [NUMBER_DTYPES[o.type]] : [])))
  return combine(combine(withDims, withoutDims), numbers) ?? 'float32'
}

const promoteAll = (dtypes: readonly DType[]): DType | undefined =>
  dtypes.length === 0 ? undefined : dtypes.reduce(promoteTypes)

function combine(higher: DType | undefined, lower: DType | undefined): DType | undefined {
  if (higher === undefined || lower === undefined) return higher ?? lower
  return category(lower) > category(higher) ? promoteTypes(higher, lower) : higher
}

function category(dtype: DType): number {
  const { kind } = DTYPES[dtype]
  return kind === 'bool' ? 0 : kind === 'int' || kind === 'uint' ? 1 : kind === 'float' ? 2 : 3
}

/** The smallest dtype that both go into; of two half formats, float32. */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a
  if (category(a) !== category(b)) return category(a) > category(b) ? a : b
  if (isFloat(a)) return promoteFloats(a, b)
  return promoteIntegers(a, b)
}

function promoteFloats(a: DType, b: DType): DType {
  const [x, y] = [DTYPES[a].bits, DTYPES[b].bits]
  return x === y ? 'float32' : x > y ? a : b
}

/** Unsigned with signed needs a signed one of twice the width. */
function promoteIntegers(a: DType, b: DType): DType {
  const [x, y] = [DTYPES[a], DTYPES[b]]
  if (x.kind === y.kind) return x.bits > y.bits ? a : b
  const [unsigned, signed, signedName] = x.kind === 'uint' ? [x, y, b] : [y, x, a]
  if (signed.bits > unsigned.bits) return signedName
  return unsigned.bits === 8 ? 'int16' : unsigned.bits === 16 ? 'int32' : 'int64'
}
