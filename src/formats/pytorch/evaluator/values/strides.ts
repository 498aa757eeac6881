import { type Dim, type DimFacts, decide, mul } from '../../../../graph/index.ts'

/** Distances of neighbours along each axis where the last axis is densest: what a new tensor has. */
export function rowMajor(dims: readonly Dim[]): readonly Dim[] {
  const strides: Dim[] = []
  let distance: Dim = 1
  for (const dim of dims.toReversed()) {
    strides.unshift(distance)
    distance = mul(distance, dim)
  }
  return strides
}

/** A tensor's sizes, and the distances of neighbours along its axes, in elements. */
export interface Strided {
  readonly dims: readonly Dim[]
  readonly strides: readonly Dim[]
}

/** Whether the elements lie in one row-major block; undefined when that depends on dynamic sizes. */
export function isRowMajor({ dims, strides }: Strided, facts: DimFacts): boolean | undefined {
  const wanted = rowMajor(dims)
  const fits = dims.map((dim, axis) => {
    const [stride = 1, dense = 1] = [strides[axis], wanted[axis]]
    if (dim === 1 || stride === dense) return true
    const differs = decide(stride, '!=', dense, facts) === true && decide(dim, '!=', 1, facts) === true
    return differs ? false : undefined
  })
  if (fits.includes(false)) return false
  return fits.includes(undefined) ? undefined : true
}

/**
 * Whether axes stand in the order of their strides, gaps and repeated elements allowed: results of an operator on such
 * tensors are row-major (TensorIterator.cpp, `reorder_dimensions`).
 */
export function isRowOrdered({ dims, strides }: Strided, facts: DimFacts): boolean {
  const lasting = strides.filter((stride, axis) => stride !== 0 && dims[axis] !== 1)
  return lasting.every((stride, at) => at === 0 || decide(lasting[at - 1] ?? 1, '>=', stride, facts) === true)
}

/** `copy`: no strides give these dims. `depends`: some of the sizes that dynamic dims may take do, and some do not. */
export type ViewStrides = readonly Dim[] | 'copy' | 'depends'

/**
 * Strides under which the same memory has other dims: whether `reshape` gives a view or a copy
 * (ATen/TensorUtils.cpp, `computeStride`). Neighbouring axes that lie as one block make a chunk, and the new dims have to
 * divide chunk by chunk. Where it depends on a size whether two axes make one chunk, both are tried: dims that divide the
 * smaller chunks divide the larger ones too.
 */
export function viewStrides(from: Strided, dims: readonly Dim[], facts: DimFacts): ViewStrides {
  const isEmpty = from.dims.includes(0)
  if (isEmpty || isRowMajor(from, facts) === true) return rowMajor(dims)
  const apart = dividedChunks(from, dims, facts, false)
  if (Array.isArray(apart)) return apart
  return dividedChunks(from, dims, facts, true) === 'copy' ? 'copy' : 'depends'
}

/** @param joins Whether axes that may make one chunk are taken to. */
function dividedChunks(
  { dims, strides }: Strided,
  wanted: readonly Dim[],
  facts: DimFacts,
  joins: boolean,
): ViewStrides {
  const found: Dim[] = []
  let [count, distance]: [Dim, Dim] = [1, strides.at(-1) ?? 1]
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    count = mul(count, dims[axis] ?? 1)
    const next = { dim: dims[axis - 1] ?? 1, stride: strides[axis - 1] ?? 1 }
    if (axis > 0 && isOneChunk(next, mul(count, distance), facts, joins)) continue
    const settled = divideChunk(count, distance, wanted, found, facts)
    if (settled !== 'divides') return settled
    ;[count, distance] = [1, next.stride]
  }
  const isDone = wanted.slice(0, wanted.length - found.length).every((dim) => dim === 1)
  if (!isDone) return 'depends'
  while (found.length < wanted.length) found.unshift(distance)
  return found
}

function isOneChunk(
  { dim, stride }: { readonly dim: Dim; readonly stride: Dim },
  dense: Dim,
  facts: DimFacts,
  joins: boolean,
): boolean {
  if (dim === 1 || stride === dense) return true
  const isApart = decide(dim, '!=', 1, facts) === true && decide(stride, '!=', dense, facts) === true
  return joins && !isApart
}

/** Takes dims from the end of `wanted`, behind those that are found, until they make `count` elements. */
function divideChunk(
  count: Dim,
  distance: Dim,
  wanted: readonly Dim[],
  found: Dim[],
  facts: DimFacts,
): 'divides' | 'copy' | 'depends' {
  let taken: Dim = 1
  let failure: 'copy' | 'depends' = 'copy'
  while (taken !== count) {
    if (decide(taken, '!=', count, facts) !== true) failure = 'depends'
    const dim = wanted[wanted.length - 1 - found.length]
    if (dim === undefined || decide(taken, '>', count, facts) === true) return failure
    found.unshift(mul(taken, distance))
    taken = mul(taken, dim)
  }
  return 'divides'
}
