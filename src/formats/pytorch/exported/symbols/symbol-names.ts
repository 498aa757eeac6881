import { DTYPES, type DType } from '../../../../graph/index.ts'

/** What the axes of an input are usually called, by rank. */
const BY_RANK: Readonly<Record<number, readonly string[]>> = {
  1: ['L'],
  2: ['N', 'L'],
  3: ['N', 'L', 'L'],
  4: ['N', 'C', 'H', 'W'],
  5: ['N', 'C', 'D', 'H', 'W'],
}

/** A table of numbers has features behind its batch; a table of ids, positions. */
const FEATURES: readonly string[] = ['N', 'C']

/**
 * A name for a dynamic axis: the file has none, its symbols are numbers of the exporter's.
 *
 * @param used names that other symbols have.
 */
export function axisName(
  { axis, rank, dtype }: { readonly axis: number; readonly rank: number; readonly dtype: DType },
  used: ReadonlySet<string>,
): string {
  const names = rank === 2 && DTYPES[dtype].kind === 'float' ? FEATURES : BY_RANK[rank]
  const name = names?.[axis] ?? (axis === 0 ? 'N' : `D${axis}`)
  let candidate = name
  for (let count = 2; used.has(candidate); count++) candidate = `${name}${count}`
  return candidate
}
