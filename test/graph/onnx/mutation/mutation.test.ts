import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../../../../src/errors/index.ts'
import { runMutants } from './run-mutants.ts'
import type { Trial } from './try-mutants.ts'

/**
 * How many mutants, and the first one's seed: a failure names its seed, and `MUTANTS=1 MUTANT_SEED=…` tries that one again.
 */
const COUNT = Number(process.env['MUTANTS'] ?? 2000)
const FIRST = Number(process.env['MUTANT_SEED'] ?? 0)

/** What one small file may take: milliseconds of processor time, and MB beyond what the process already had. */
const MOST_TIME = 3000
const MOST_GROWTH = 256
const LIMITS = { heap: 384, silence: 60_000 }

const told = ({ seed, source, changes, outcome, ms, grown }: Trial): string =>
  `seed ${seed}, ${source}, ${changes.join('; ')}: ${outcome} (${ms.toFixed(0)} ms, ${grown.toFixed(0)} MB more)`

const isKept = ({ outcome }: Trial): boolean =>
  outcome === 'converted' || (Object.hasOwn(ERROR_CODES, outcome) && outcome !== 'INTERNAL')

describe('a changed ONNX file', () => {
  it('becomes a model that verifies, or is refused by one coded error, in bounded time and memory', {
    timeout: 60_000 + COUNT * 100,
  }, async () => {
    const processes = Math.min(2, availableParallelism(), COUNT)
    const share = Math.ceil(COUNT / processes)
    const runs = await Promise.all(
      Array.from({ length: processes }, (_, index) =>
        runMutants(FIRST + index * share, FIRST + Math.min((index + 1) * share, COUNT), LIMITS),
      ),
    )
    const trials = runs.flatMap((run) => run.trials)
    expect(runs.flatMap((run) => run.lost)).toEqual([])
    expect(trials.filter((trial) => !isKept(trial)).map(told)).toEqual([])
    expect(trials.filter(({ ms }) => ms > MOST_TIME).map(told)).toEqual([])
    expect(trials.filter(({ grown }) => grown > MOST_GROWTH).map(told)).toEqual([])
    expect(trials).toHaveLength(COUNT)
    // As many are converted as are refused for some reasons: the changes reach past the reader.
    const converted = trials.filter(({ outcome }) => outcome === 'converted').length
    if (COUNT >= 1000) expect(converted).toBeGreaterThan(COUNT / 10)
  })
})
