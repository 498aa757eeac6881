import { mkdir, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { compare, succeeded } from './graph/contenders.ts'
import { benchModels } from './graph/models.ts'
import { findPeers, MissingPeer, type Peers } from './graph/peers.ts'
import { faultsOf, header, line, operatorTable, type Row, rowOf, TIME_BUDGET } from './graph/table.ts'

const FOLDER = fileURLToPath(new URL('../.cache/bench-graph', import.meta.url))

/**
 * Node counts of 20 models after onnxruntime's own optimiser: as they are, simplified by npm onnxsim, by OnnxSlim and by us;
 * with the error of our outputs, and our time beside OnnxSlim's. Fails where ours has more nodes than the best of them, or
 * other outputs.
 *
 * @param args A folder for the exports, which are made once (default `.cache/bench-graph`); `--only word[,word]` chooses
 * models by title or file; `-v` prints operator counts; `--keep` leaves what each contender wrote in the folder.
 */
export async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      verbose: { type: 'boolean', short: 'v', default: false },
      keep: { type: 'boolean', default: false },
    },
  })
  const folder = resolve(positionals[0] ?? FOLDER)
  await mkdir(folder, { recursive: true })
  try {
    const peers = await findPeers(join(folder, 'peers'))
    const words = values.only.flatMap((list) => list.split(','))
    report(await run(peers, { folder, words, ...values }))
  } catch (error) {
    if (!(error instanceof MissingPeer)) throw error
    console.error(error.message)
    process.exitCode = 2
  }
}

interface Options {
  readonly folder: string
  readonly words: readonly string[]
  readonly verbose: boolean
  readonly keep: boolean
}

async function run(peers: Peers, { folder, words, verbose, keep }: Options): Promise<Row[]> {
  const { models, wanted } = await benchModels(folder, words)
  // What was not measured must not pass.
  if (models.length < wanted || wanted === 0) process.exitCode = 1
  console.log(`${peers.versions.join(', ')}; nodes as written → after onnxruntime's optimiser (extended)\n`)
  console.log(header(['onnxruntime', ...Object.keys(peers.simplifiers)]))
  const rows: Row[] = []
  for (const model of models) {
    const results = join(folder, 'results', basename(model.file, '.onnx'))
    await mkdir(results, { recursive: true })
    const comparison = await compare(model, peers, results)
    if (!keep) await rm(results, { recursive: true })
    const row = rowOf(comparison)
    rows.push(row)
    console.log(line(row))
    if (verbose) console.log(`\n${operatorTable(comparison)}\n`)
  }
  return rows
}

function report(rows: readonly Row[]): void {
  const smallest = rows.filter(({ ratio }) => ratio <= 1)
  const worst = Math.max(...rows.map(({ ratio }) => ratio))
  const fast = rows.filter(({ timeRatio }) => timeRatio <= TIME_BUDGET)
  const slowest = Math.max(...rows.map(({ timeRatio }) => timeRatio).filter(Number.isFinite))
  console.log(
    `\nNever larger than the best: ${smallest.length} of ${rows.length}; worst ratio ${worst.toFixed(3)}`,
  )
  console.log(
    `Within ${TIME_BUDGET} of OnnxSlim's time: ${fast.length} of ${rows.length}; worst ratio ${slowest.toFixed(3)}`,
  )
  for (const { title, peers } of rows)
    for (const peer of peers)
      if (!succeeded(peer)) console.log(`${title}: ${peer.name} fails: ${reasonIn(peer.problem)}`)
  const faults = rows.flatMap(faultsOf)
  for (const fault of faults) console.log(`FAULT ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}

/** What a process says before it dies stands somewhere in its stack trace. */
function reasonIn(text: string): string {
  const lines = text.trim().split('\n')
  return lines.find((line) => /^\w*Error\b/.test(line.trim())) ?? lines.at(-1) ?? ''
}
