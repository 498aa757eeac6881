import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeSourceModule } from '../../../support/source-module.ts'
import type { Trial } from './try-mutants.ts'

export interface Limits {
  /** Heap of the process, in MB: a mutant that needs more ends it. */
  readonly heap: number
  /** Milliseconds of silence after which a mutant is said to hang: a guard, far above what any takes on a busy machine. */
  readonly silence: number
}

/** A mutant that ended its process, or did not end. */
export interface Lost {
  readonly seed: number
  readonly how: string
}

export interface Trials {
  readonly trials: readonly Trial[]
  readonly lost: readonly Lost[]
}

const CODE = fileURLToPath(new URL('./try-mutants.ts', import.meta.url))

/** How many results a message carries. */
const BATCH = 100

const MODULE = `
const { tryMutants } = await load(${JSON.stringify(CODE)})
const [first, end] = process.argv.slice(2).map(Number)
const seeds = Array.from({ length: end - first }, (_, index) => first + index)
let batch = []
const send = () => new Promise((done) => process.send(batch.splice(0), done))
await tryMutants(seeds, (seed) => process.send(seed), async (trial) => {
  batch.push(trial)
  if (batch.length === ${BATCH}) await send()
})
await send()
process.disconnect()
`

/**
 * Tries the mutants of seeds from `first` to below `end` in a process of its own, whose memory is limited. One that is lost is
 * noted by its seed, and those after it are tried in another process.
 */
export async function runMutants(first: number, end: number, limits: Limits): Promise<Trials> {
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'))
  const module = fileURLToPath(writeSourceModule(join(folder, 'run.mjs'), MODULE))
  const [trials, lost]: [Trial[], Lost[]] = [[], []]
  try {
    for (let next = first; next < end; ) {
      const ended = await runProcess(module, [next, end], limits, trials)
      if (!ended) break
      lost.push(ended)
      next = ended.seed + 1
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return { trials, lost }
}

function runProcess(
  module: string,
  range: readonly number[],
  { heap, silence }: Limits,
  trials: Trial[],
): Promise<Lost | undefined> {
  const child = fork(module, range.map(String), {
    execArgv: [`--max-old-space-size=${heap}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  return new Promise((resolve) => {
    let seed = (range[0] ?? 0) - 1
    let how = ''
    let said = ''
    child.stderr?.on('data', (text) => {
      said = `${said}${text}`.slice(-2000)
    })
    const guard = silenceGuard(child, silence, () => {
      how = `did not end within ${silence / 1000} s`
    })
    child.on('message', (message: number | Trial[]) => {
      guard.refresh()
      if (typeof message === 'number') seed = message
      else trials.push(...message)
    })
    child.on('close', (code) => {
      clearTimeout(guard)
      resolve(code === 0 ? undefined : { seed, how: how || `ended the process: ${said}` })
    })
  })
}

function silenceGuard(child: ChildProcess, silence: number, onSilence: () => void): NodeJS.Timeout {
  return setTimeout(() => {
    onSilence()
    child.kill('SIGKILL')
  }, silence)
}
