/**
 * The candidate nearest to a mistyped name, for "did you mean": smallest edit distance (Levenshtein, with
 * case ignored), if it is at most a third of the longer name's length; else the longest that the name holds or is held by,
 * at its beginning before elsewhere.
 *
 * @example nearest('fromat', ['format', 'target']) // 'format'
 * @example nearest('quantization', ['quant', 'format']) // 'quant'
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates]
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    const limit = Math.max(2, Math.floor(Math.max(name.length, candidate.length) / 3))
    if (distance <= limit && distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best ?? overlapping(name, known)
}

/** A shorter text begins many names, or lies in them, by chance. */
const LEAST_BEGINNING = 3
const LEAST_PART = 4

function overlapping(name: string, candidates: readonly string[]): string | undefined {
  const pairs = candidates.map((candidate) => {
    const [short = '', long = ''] = [name.toLowerCase(), candidate.toLowerCase()].sort(
      (a, b) => a.length - b.length,
    )
    return { candidate, short, long }
  })
  const beginning = pairs.filter(
    ({ short, long }) => short.length >= LEAST_BEGINNING && long.startsWith(short),
  )
  const inside = pairs.filter(({ short, long }) => short.length >= LEAST_PART && long.includes(short))
  const [best] = (beginning.length > 0 ? beginning : inside).sort((a, b) => b.short.length - a.short.length)
  return best?.candidate
}

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours cost one. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let cost = Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1)
      }
      current.push(cost)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.length] ?? 0
}
