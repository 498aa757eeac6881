import { mutantOf } from './mutate.ts'
import { outcomeOf } from './outcome.ts'
import { sourceFiles } from './source-files.ts'

/** What one mutant came to, and what it took. */
export interface Trial {
  readonly seed: number
  readonly outcome: string
  readonly source: string
  readonly changes: readonly string[]
  /** Milliseconds of processor time. */
  readonly ms: number
  /** By how many MB the process grew beyond what it ever had. */
  readonly grown: number
}

/** Tries seeds one after the other, once the files themselves have been tried; `begin` hears of each before, `end` after it. */
export async function tryMutants(
  seeds: Iterable<number>,
  begin: (seed: number) => void,
  end: (trial: Trial) => Promise<void>,
): Promise<void> {
  const files = sourceFiles()
  for (const { name, bytes } of files) {
    const outcome = outcomeOf(bytes)
    if (outcome.startsWith('broken')) throw new Error(`${name}, unchanged: ${outcome}`)
  }
  for (const seed of seeds) {
    begin(seed)
    const mutant = mutantOf(seed, files)
    const [time, room] = [process.cpuUsage(), process.resourceUsage().maxRSS]
    const outcome = outcomeOf(mutant.bytes)
    const { user, system } = process.cpuUsage(time)
    const grown = (process.resourceUsage().maxRSS - room) / 1024
    const { source, changes } = mutant
    await end({ seed, outcome, source, changes, ms: (user + system) / 1000, grown })
  }
}
