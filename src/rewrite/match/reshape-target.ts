import { bounds, composites, type Dim, type DimFacts } from '../../graph/index.ts'

/**
 * The constant that a Reshape from `from` to `to` may be given: numbers, `0` where a symbolic dim keeps its axis, `-1` for
 * one more symbolic dim that the others leave. Undefined when that does not say it.
 *
 * A target that holds a 0, or -1 beside dims that may be 0, has other meanings, and is left alone.
 */
export function reshapeTarget(
  from: readonly Dim[],
  to: readonly Dim[],
  facts: DimFacts,
): readonly number[] | undefined {
  if (to.includes(0)) return undefined
  const target: number[] = []
  let free: number | undefined
  for (const [axis, dim] of to.entries()) {
    if (typeof dim === 'number') target.push(dim)
    else if (dim === from[axis]) target.push(0)
    else if (free === undefined) free = target.push(-1) - 1
    else return undefined
  }
  return free === undefined || isWhatIsLeft(from, to, free, facts) ? target : undefined
}

function isWhatIsLeft(from: readonly Dim[], to: readonly Dim[], free: number, facts: DimFacts): boolean {
  const others = to.toSpliced(free, 1)
  if (others.some((dim) => bounds(dim, facts)[0] < 1)) return false
  return composites.completedShape(from, to.with(free, -1))?.[free] === to[free]
}
