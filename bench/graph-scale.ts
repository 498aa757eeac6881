import {
  adaptModel,
  inferGraph,
  joinChunks,
  MemorySource,
  type Model,
  readModel,
  readSnapshot,
  verify,
  writeModel,
  writeSnapshot,
} from '../src/graph/index.ts'
import { rewrite } from '../src/rewrite/index.ts'
import { formBytes, GRAPH_FORMS, type GraphForm } from './graph-forms.ts'

const SIZES = [12_500, 25_000, 50_000, 100_000] as const
const STEPS = ['read', 'adapt', 'infer', 'verify', 'snapshot', 'rewrite', 'write'] as const
type Step = (typeof STEPS)[number]
type Times = ReadonlyMap<Step, number>

/**
 * Time of each stage by the size of the graph, in many forms, and the exponent of its growth: 1 is linear.
 *
 * @param args names of forms, or sizes; all when absent.
 */
export async function main(args: readonly string[]): Promise<void> {
  const sizes = args.filter((arg) => /^\d+$/.test(arg)).map(Number)
  const names = args.filter((arg) => !/^\d+$/.test(arg))
  const forms = GRAPH_FORMS.filter(({ name }) => names.length === 0 || names.includes(name))
  console.log(
    `${'form'.padEnd(22)}${'nodes'.padStart(8)}${STEPS.map((step) => step.padStart(10)).join('')}${'total'.padStart(10)}  ms`,
  )
  timesOf(GRAPH_FORMS[0] ?? { name: '', make: () => ({}) }, 5000)
  for (const form of forms) printForm(form, sizes.length > 0 ? sizes : SIZES)
}

function printForm(form: GraphForm, sizes: readonly number[]): void {
  const rows = sizes.map((size) => ({ size, times: timesOf(form, size) }))
  for (const { size, times } of rows)
    console.log(
      line(
        form.name,
        String(size),
        cellsOf(times, (ms) => ms.toFixed(0)),
      ),
    )
  const [first, last] = [rows[0], rows.at(-1)]
  if (!first || !last || first === last) return
  const exponent = (before: number, after: number): string =>
    after < 100 ? '-' : (Math.log(after / Math.max(before, 1)) / Math.log(last.size / first.size)).toFixed(2)
  const cells = STEPS.map((step) => exponent(first.times.get(step) ?? 0, last.times.get(step) ?? 0))
  console.log(line('', 'exponent', [...cells, exponent(sum(first.times), sum(last.times))]))
}

const line = (name: string, size: string, cells: readonly string[]): string =>
  `${name.padEnd(22)}${size.padStart(8)}${cells.map((cell) => cell.padStart(10)).join('')}`

const cellsOf = (times: Times, text: (ms: number) => string): string[] =>
  [...STEPS.map((step) => times.get(step) ?? 0), sum(times)].map(text)

const sum = (times: Times): number => [...times.values()].reduce((total, ms) => total + ms, 0)

function timesOf(form: GraphForm, size: number): Times {
  const bytes = formBytes(form, size)
  const times = new Map<Step, number>()
  const timed = <T>(step: Step, run: () => T): T => {
    const start = process.cpuUsage()
    const result = run()
    const { user, system } = process.cpuUsage(start)
    times.set(step, (user + system) / 1000)
    return result
  }
  const model: Model = timed('read', () => readModel(new MemorySource(bytes, form.name)))
  timed('adapt', () => adaptModel(model))
  timed('infer', () => inferGraph(model))
  timed('verify', () => verify(model, { inference: true }))
  timed('snapshot', () => readSnapshot(joinChunks(writeSnapshot(model)), () => new MemorySource(bytes)))
  timed('rewrite', () => rewrite(model, { level: 'all' }))
  timed('write', () => joinChunks(writeModel(model).model))
  return times
}
