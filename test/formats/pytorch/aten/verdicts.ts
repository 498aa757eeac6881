import type { EngineTensor } from '../../../../src/engine/index.ts'
import { ModelError } from '../../../../src/errors/index.ts'
import { evaluate, float16ToNumber, isSymbolic, symbolsOf, type Value } from '../../../../src/graph/index.ts'
import { runModel } from '../../../support/run-model.ts'
import { Archive } from './batch.ts'
import { contents, type Form, type Group, sizesOf } from './recorded-cases.ts'

/**
 * How the methods of one archive fare, by method: `equal` (dtype, dims and contents at all sizes), `decided` (equal at the
 * first sizes; at the others not, and the conversion says so by a guard or a fixed dim), `refused: …`, or what is wrong.
 */
export async function verdictsOf(group: Group, form: Form): Promise<ReadonlyMap<string, string>> {
  const trial = new Trial(group, form)
  for (const run of group.runs.keys()) await trial.run(run)
  return trial.verdicts()
}

class Trial {
  readonly #group: Group
  readonly #form: Form
  readonly #archive: Archive
  /** What is wrong with a method, and at which run. */
  readonly #wrong = new Map<string, { readonly run: number; readonly why: string }>()
  readonly #refused = new Map<string, string>()

  constructor(group: Group, form: Form) {
    this.#group = group
    this.#form = form
    this.#archive = new Archive(group, form)
  }

  /** All methods in one session; where onnxruntime refuses it, halves, until those are found that it refuses. */
  async run(run: number): Promise<void> {
    await this.#runMethods(
      run,
      this.#methods().filter((method) => this.#recorded(method, run) && !this.#isDone(method)),
    )
  }

  verdicts(): Map<string, string> {
    return new Map(this.#methods().map((method) => [method, this.#verdict(method)]))
  }

  #verdict(method: string): string {
    const wrong = this.#wrong.get(method)
    if (!wrong) return this.#refused.get(method) ?? 'equal'
    const isDecided = wrong.run > 0 && this.#archive.isDecided(method)
    return isDecided ? 'decided' : `run ${wrong.run}: ${wrong.why}`
  }

  #isDone = (method: string): boolean => this.#wrong.has(method) || this.#refused.has(method)

  #methods(): string[] {
    return this.#group.cases.flatMap((entry, index) => (entry[this.#form] ? [`m${index}`] : []))
  }

  #recorded(method: string, run: number) {
    return this.#group.cases[Number(method.slice(1))]?.[this.#form]?.[run]
  }

  async #runMethods(run: number, methods: readonly string[]): Promise<void> {
    if (methods.length === 0) return
    const { model, methods: converted } = this.#archive.convert(methods)
    const live = new Map<string, readonly Value[]>()
    for (const [method, result] of converted) {
      if (result instanceof Error) this.#refused.set(method, refusal(result))
      else live.set(method, result)
    }
    const results = live.size === 0 ? new Map() : await runModel(model, this.#feeds(run)).catch(asError)
    if (results instanceof Map) {
      for (const [method, outputs] of live) this.#compare(method, run, outputs, results)
    } else if (live.size === 1) {
      for (const method of live.keys()) this.#wrong.set(method, { run, why: results.message })
    } else {
      const names = [...live.keys()]
      await this.#runMethods(run, names.slice(0, names.length >> 1))
      await this.#runMethods(run, names.slice(names.length >> 1))
    }
  }

  #feeds(run: number): Record<string, EngineTensor> {
    return Object.fromEntries(
      (this.#group.runs[run] ?? []).map((tensor, index) => [
        this.#group.inputs[index]?.name ?? '',
        contents(tensor),
      ]),
    )
  }

  #compare(
    method: string,
    run: number,
    outputs: readonly Value[],
    results: ReadonlyMap<string, EngineTensor>,
  ): void {
    const wanted = this.#recorded(method, run) ?? []
    const sizes = sizesOf(this.#group, run)
    const why = [
      outputs.length === wanted.length ? undefined : `${outputs.length} outputs for ${wanted.length}`,
      ...wanted.flatMap((tensor, index) => [
        differenceOf(results.get(`${method}.${index}`), contents(tensor)),
        declaredDifference(outputs[index], sizes, tensor.dims),
      ]),
    ].find((difference) => difference !== undefined)
    if (why !== undefined) this.#wrong.set(method, { run, why })
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** The refusal without its place, which is long. */
function refusal(error: Error): string {
  if (!(error instanceof ModelError)) return `crashed: ${error.stack}`
  const { what, why } = error.details
  return `refused: ${error.code}: ${[what, why].filter(Boolean).join('; ')}`.replace(
    / \([^()]*\.pth![^()]*\)/g,
    '',
  )
}

/** What graph inference said of the dims, where it said anything. */
function declaredDifference(
  output: Value | undefined,
  sizes: ReadonlyMap<string, number>,
  wanted: readonly number[],
): string | undefined {
  const declared = output?.dims.map((dim) =>
    !isSymbolic(dim) || [...symbolsOf(dim)].every((symbol) => sizes.has(symbol))
      ? evaluate(dim, sizes)
      : undefined,
  )
  const isRight =
    declared?.length === wanted.length &&
    declared.every((dim, axis) => dim === undefined || dim === wanted[axis])
  return isRight ? undefined : `the graph declares [${declared}] for [${wanted}]`
}

/** Largest difference as a part of the largest value. Integers and bools are exact. */
const TOLERANCES: ReadonlyMap<string, number> = new Map([
  ['float32', 1e-4],
  ['float64', 1e-4],
  ['float16', 1e-2],
])

function differenceOf(got: EngineTensor | undefined, wanted: EngineTensor): string | undefined {
  if (got?.dtype !== wanted.dtype) return `${got?.dtype} for ${wanted.dtype}`
  if (String(got.dims.map(Number)) !== String(wanted.dims)) return `dims [${got.dims}] for [${wanted.dims}]`
  const [values, expected] = [numbersOf(got), numbersOf(wanted)]
  const scale = expected.reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    0,
  )
  const tolerance = (TOLERANCES.get(wanted.dtype) ?? 0) * (scale || 1)
  const wrong = expected.findIndex((value, at) => !isClose(values[at] ?? Number.NaN, value, tolerance))
  return wrong < 0
    ? undefined
    : `${values[wrong]} for ${expected[wrong]} at ${wrong}, where the largest is ${scale}`
}

const isClose = (a: number, b: number, tolerance: number): boolean =>
  a === b || Object.is(a, b) || Math.abs(a - b) <= tolerance

const numbersOf = ({ dtype, data }: EngineTensor): number[] =>
  Array.from(data as ArrayLike<number | bigint>, (value) =>
    dtype === 'float16' ? float16ToNumber(Number(value)) : Number(value),
  )
