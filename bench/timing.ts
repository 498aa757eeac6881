/** One of the things compared: a call that does the same work each time. */
export interface Variant {
  readonly name: string
  readonly run: () => Promise<unknown>
}

export interface Timing {
  readonly name: string
  /** Median milliseconds of processor time a call. */
  readonly ms: number
  /** Median over rounds of this variant's time to the first variant's, taken in the same round. */
  readonly ratio: number
}

export interface TimingOptions {
  /** Seconds that every variant runs before anything counts: wasm kernels are compiled lazily and tier up. @default 1 */
  readonly warmSeconds?: number
  /** Seconds a variant is measured, at least. @default 1 */
  readonly seconds?: number
  /** Rounds, at least. @default 15 */
  readonly rounds?: number
}

/** Shorter than this, a sample is mostly clock and scheduler. */
const MIN_SAMPLE_MS = 4

/**
 * Times variants in turn, round by round, by the processor time this process took: a busy machine then slows all of them
 * alike, and time in which it was not scheduled does not count. Work on one thread is assumed.
 */
export async function interleave(
  variants: readonly Variant[],
  { warmSeconds = 1, seconds = 1, rounds = 15 }: TimingOptions = {},
): Promise<Timing[]> {
  const calls: number[] = []
  for (const variant of variants) calls.push(await warm(variant, warmSeconds))
  const samples: number[][] = variants.map(() => [])
  const end = performance.now() + seconds * 1000 * variants.length
  for (let round = 0; round < rounds || performance.now() < end; round++) {
    for (const [index, variant] of variants.entries())
      samples[index]?.push(await timed(variant, calls[index] ?? 1))
  }
  const first = samples[0] ?? []
  return variants.map(({ name }, index) => {
    const own = samples[index] ?? []
    return { name, ms: median(own), ratio: median(own.map((ms, round) => ms / (first[round] ?? ms))) }
  })
}

/** @returns how many calls make a sample long enough. */
async function warm({ run }: Variant, seconds: number): Promise<number> {
  const start = performance.now()
  let calls = 0
  while (calls < 100 || performance.now() - start < seconds * 1000) {
    await run()
    calls++
    if (performance.now() - start > seconds * 5000) break
  }
  return Math.max(1, Math.ceil((MIN_SAMPLE_MS * calls) / (performance.now() - start)))
}

async function timed({ run }: Variant, calls: number): Promise<number> {
  const start = process.cpuUsage()
  for (let call = 0; call < calls; call++) await run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000 / calls
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
