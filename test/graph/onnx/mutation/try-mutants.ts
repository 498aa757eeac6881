import { mutantOf } from './mutate.ts'
import { outcomeOf } from './outcome.ts'
import { sourceFiles } from './source-files.ts'

/** What one mutant came to, and what it took. */
export interface Trial {
  readonly seed: number
  readonly outcome: string
  readonly source: string
  readonly changes: readonly string[]
  /** Processor time. */
  readonly ms: number
  /** By how much the process grew beyond what it ever had. */
  readonly grownMegabytes: number
}

/** Tries seeds one after the other; `begin` hears of each before, `end` after it. */
export function tryMutants(
  seeds: Iterable<number>,
  begin: (seed: number) => void,
  end: (trial: Trial) => void,
): void {
  const files = sourceFiles()
  for (const file of files) outcomeOf(file.bytes)
  for (const seed of seeds) {
    begin(seed)
    const { bytes, source, changes } = mutantOf(seed, files)
    const [cpu, room] = [process.cpuUsage(), process.resourceUsage().maxRSS]
    const outcome = outcomeOf(bytes)
    const { user, system } = process.cpuUsage(cpu)
    const grownMegabytes = (process.resourceUsage().maxRSS - room) / 1024
    end({ seed, outcome, source, changes, ms: (user + system) / 1000, grownMegabytes })
  }
}
