import { nodeCount } from './census.ts'
import { type Comparison, type Failure, type Result, succeeded } from './contenders.ts'
import type { OurTimes, Times } from './times.ts'

/** Of an output's scale: what folding weights may cost in float32. */
export const TOLERANCE = 1e-5
/** A peer that differs by more has changed the function, and is no measure; less may be rounding, and counts. */
const PEER_TOLERANCE = 1e-3
/** Our optimise time to OnnxSlim's, both warmed up. */
export const TIME_BUDGET = 0.1

/** A comparison in figures. */
export interface Row {
  readonly title: string
  readonly raw: number
  readonly peers: readonly (Result | Failure)[]
  readonly ours: Result | Failure
  /** Fewest nodes after onnxruntime's optimiser that a peer has; infinite where every one fails. */
  readonly best: number
  readonly ratio: number
  readonly times: OurTimes
  /** OnnxSlim's. */
  readonly peerTimes: Times
  readonly timeRatio: number
  /** Of the runs that end with the file in memory. */
  readonly writtenRatio: number
  /** Of the first runs, with all that compiles and loads. */
  readonly firstRatio: number
}

export function rowOf({ model, raw, peers, ours, times }: Comparison): Row {
  const equal = peers.filter(succeeded).filter(({ error }) => error <= PEER_TOLERANCE)
  const best = Math.min(...equal.map(({ optimised }) => nodeCount(optimised)))
  const nodes = succeeded(ours) ? nodeCount(ours.optimised) : Number.POSITIVE_INFINITY
  const peerTimes = peers.filter(succeeded).find((peer) => peer.times)?.times ?? UNKNOWN
  const ourTimes = times ?? UNKNOWN
  return {
    title: model.title,
    raw: nodeCount(raw),
    peers,
    ours,
    best,
    ratio: nodes / best,
    times: ourTimes,
    peerTimes,
    timeRatio: ourTimes.median / peerTimes.median,
    writtenRatio: ourTimes.written / peerTimes.written,
    firstRatio: ourTimes.first / peerTimes.first,
  }
}

const UNKNOWN: OurTimes = { first: Number.NaN, median: Number.NaN, written: Number.NaN, rewrite: Number.NaN }

/** A row's faults: what makes the bench fail. */
export function faultsOf({ title, ours, ratio, best }: Row): string[] {
  if (!succeeded(ours)) return [`${title}: ours fails: ${ours.problem}`]
  const faults: string[] = []
  if (!Number.isFinite(best)) faults.push(`${title}: no peer to compare with`)
  if (ratio > 1) faults.push(`${title}: ${nodeCount(ours.optimised)} nodes, ${best} of the best peer`)
  if (!(ours.error <= TOLERANCE))
    faults.push(`${title}: outputs differ by ${ours.error.toExponential(1)} of their scale`)
  return faults
}

export const header = (peers: readonly string[]): string => {
  const names = [
    'model',
    'raw',
    ...peers,
    'ours',
    'ours/best',
    'error',
    'ms',
    'rewrite ms',
    'OnnxSlim ms',
    'ratio',
    'written ms',
    'OnnxSlim written ms',
    'ratio',
    'first ms',
    'OnnxSlim first ms',
    'ratio',
  ]
  return `| ${names.join(' | ')} |\n|${'---|'.repeat(names.length)}`
}

export function line(row: Row): string {
  const cells = [
    row.title,
    row.raw,
    ...row.peers.map(nodes),
    nodes(row.ours),
    row.ratio.toFixed(3),
    succeeded(row.ours) ? row.ours.error.toExponential(1) : '-',
    row.times.median.toFixed(1),
    row.times.rewrite.toFixed(1),
    row.peerTimes.median.toFixed(0),
    row.timeRatio.toFixed(3),
    row.times.written.toFixed(1),
    row.peerTimes.written.toFixed(0),
    row.writtenRatio.toFixed(3),
    row.times.first.toFixed(0),
    row.peerTimes.first.toFixed(0),
    row.firstRatio.toFixed(2),
  ]
  return `| ${cells.join(' | ')} |`
}

/** `201 → 158`: as written, and after onnxruntime's optimiser. */
function nodes(result: Result | Failure): string {
  if (!succeeded(result)) return 'fails'
  const counts = `${nodeCount(result.written)} → ${nodeCount(result.optimised)}`
  return result.error <= TOLERANCE ? counts : `${counts}, off by ${result.error.toExponential(0)}`
}

/** Operators by contender, the most frequent first. */
export function operatorTable({ raw, peers, ours }: Comparison): string {
  const results = [...peers, ours].filter(succeeded)
  const columns = [
    { name: 'raw', census: raw },
    ...results.map(({ name, optimised }) => ({ name, census: optimised })),
    ...(succeeded(ours) ? [{ name: 'ours as written', census: ours.written }] : []),
  ]
  const operators = new Set(columns.flatMap(({ census }) => [...census.keys()]))
  const rows = [...operators]
    .map((operator) => ({ operator, counts: columns.map(({ census }) => census.get(operator) ?? 0) }))
    .sort((a, b) => Math.max(...b.counts) - Math.max(...a.counts))
  const lines = rows.map(
    ({ operator, counts }) => `| ${operator} | ${counts.map((n) => n || '').join(' | ')} |`,
  )
  return [
    `| | ${columns.map(({ name }) => name).join(' | ')} |`,
    `|${'---|'.repeat(columns.length + 1)}`,
    ...lines,
  ].join('\n')
}
