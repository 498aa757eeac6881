import type { Tensor } from '../graph/index.ts'
import type { LayerScheme, Limit, Limits } from './scheme.ts'

/** What a model quantised under limits came to. */
export interface Trial {
  /** How much of the budget each output uses up: above 1 it misses. */
  readonly use: readonly number[]
  /** The form that each quantised tensor really took: a limit of int8 may end in float, where storing saves nothing. */
  readonly forms: ReadonlyMap<Tensor, LayerScheme>
}

/** Quantises under limits, and runs the result. */
export type Measure = (limits: Limits) => Promise<Trial>

/** A group of layers that uses less of the budget than this is not taken apart. */
const NEGLIGIBLE = 0.05

/** Errors of layers are taken to add, which holds only nearly: each round leaves more room than the one before. */
const ROOM = [0.9, 0.5, 0.2, 0.05]

/**
 * Of the trials allowed, each of which builds and runs the model, so many serve to take groups apart: beyond them, groups step down
 * as a whole.
 */
const SPLIT_PART = 8 / 13

/** Beyond so many for what a group costs in its next form, groups go to float at once, whose cost is known. */
const STEP_PART = 4 / 13

const FINER: { readonly [form in LayerScheme]: Limit['scheme'] } = {
  'int8-dynamic': 'int8-weights',
  'int8-weights': 'float32',
  fp16: 'float32',
  float32: 'float32',
}

const NAMES: { readonly [form in LayerScheme]: string } = {
  'int8-dynamic': 'computed in integers',
  'int8-weights': 'stored in int8',
  fp16: 'stored in float16',
  float32: 'in float',
}

/**
 * Finds limits under which a quantised model keeps its budget: the layers that cost most take the next finer form, integer
 * compute → storage → float, until the sum of what the others cost alone is allowed, and the whole is measured again.
 * Layers are measured in groups, of which the costliest is halved first, so that few costly ones among many are found in few
 * runs. However many layers there are, their number depends on the errors alone, and not on time.
 *
 * @param start what each tensor became without limits, and what that costs.
 * @param trials how many runs it may take at most. @default 52
 * @returns undefined when only the float model keeps the budget.
 */
export async function relax(start: Trial, measure: Measure, trials = 52): Promise<Limits | undefined> {
  const search = new Search(start.forms, measure, trials)
  await search.split(start.use)
  let { use } = start
  for (const room of ROOM) {
    await search.stepDown(use, room)
    if (search.isFloat) return undefined
    const trial = await measure(search.limits)
    if (trial.forms.size === 0) return undefined
    use = trial.use
    if (use.every((part) => part <= 1)) return search.limits
  }
  return undefined
}

/** Tensors that take finer forms together. */
interface Group {
  readonly tensors: readonly Tensor[]
  /** What they cost in their present forms when all else is float, output by output. */
  cost: readonly number[]
}

class Search {
  readonly limits = new Map<Tensor, Limit>()
  readonly #forms: Map<Tensor, LayerScheme>
  readonly #measure: Measure
  #groups: Group[] = []
  #steps = 0
  readonly #trials: number

  constructor(forms: ReadonlyMap<Tensor, LayerScheme>, measure: Measure, trials: number) {
    this.#forms = new Map(forms)
    this.#measure = measure
    this.#trials = trials
  }

  get isFloat(): boolean {
    return !this.#groups.some((group) => this.#isQuantised(group))
  }

  /**
   * Halves the costliest group while that is more than negligible and trials are left.
   *
   * @param use what all layers cost together.
   */
  async split(use: readonly number[]): Promise<void> {
    const groups: Group[] = [{ tensors: [...this.#forms.keys()], cost: use }]
    for (let trials = 0; trials + 2 <= this.#trials * SPLIT_PART; trials += 2) {
      const at = costliestToSplit(groups)
      const { tensors } = groups[at] ?? { tensors: [] }
      if (tensors.length === 0) break
      const middle = tensors.length >> 1
      const halves: Group[] = []
      for (const half of [tensors.slice(0, middle), tensors.slice(middle)])
        halves.push({ tensors: half, cost: (await this.#measure(this.#only(half))).use })
      groups.splice(at, 1, ...halves)
    }
    this.#groups = groups.flatMap(shared)
  }

  /**
   * Takes groups a form finer until the prediction leaves `room`; the last one never by prediction alone.
   *
   * @param used what the whole costs now.
   */
  async stepDown(used: readonly number[], room: number): Promise<void> {
    const sums = this.#sums(used.length)
    const factors = used.map((part, output) => correction(part, sums[output] ?? 0))
    const predicted = () => this.#sums(used.length).map((sum, output) => sum * (factors[output] ?? 1))
    do {
      const before = predicted()
      const worst = before.indexOf(Math.max(...before))
      const costliest = this.#costliest(worst)
      if (!costliest) return
      await this.#refine(costliest, costliest.cost[worst] ?? 0)
      if (Math.max(...predicted()) <= room) return
    } while (this.#groups.filter((group) => this.#isQuantised(group)).length > 1)
  }

  #formOf(tensor: Tensor): LayerScheme {
    return this.#forms.get(tensor) ?? 'float32'
  }

  #isQuantised({ tensors }: Group): boolean {
    return tensors.some((tensor) => this.#formOf(tensor) !== 'float32')
  }

  #sums(outputs: number): number[] {
    const sums = new Array<number>(outputs).fill(0)
    for (const { cost } of this.#groups)
      for (const [output, part] of cost.entries()) sums[output] = (sums[output] ?? 0) + part
    return sums
  }

  #costliest(output: number): Group | undefined {
    let best: Group | undefined
    let most = -1
    for (const group of this.#groups) {
      const cost = group.cost[output] ?? 0
      if (cost > most && this.#isQuantised(group)) [best, most] = [group, cost]
    }
    return best
  }

  async #refine(group: Group, cost: number): Promise<void> {
    const mayMeasure = this.#steps < Math.floor(this.#trials * STEP_PART)
    const quantised = group.tensors.filter((tensor) => this.#formOf(tensor) !== 'float32')
    for (const tensor of quantised) {
      const form = this.#formOf(tensor)
      const scheme = mayMeasure ? FINER[form] : 'float32'
      this.limits.set(tensor, { scheme, reason: `${NAMES[form]}, ${priceText(cost, quantised.length)}` })
      this.#forms.set(tensor, scheme)
    }
    group.cost = group.cost.map(() => 0)
    if (!this.#isQuantised(group)) return
    this.#steps++
    const { use, forms } = await this.#measure(this.#only(group.tensors))
    group.cost = use
    for (const tensor of group.tensors) this.#forms.set(tensor, forms.get(tensor) ?? 'float32')
  }

  /** All other layers in float. */
  #only(group: readonly Tensor[]): Limits {
    const kept = new Set(group)
    const limits = new Map<Tensor, Limit>()
    for (const tensor of this.#forms.keys()) {
      const limit = kept.has(tensor) ? this.limits.get(tensor) : ({ scheme: 'float32', reason: '' } as const)
      if (limit) limits.set(tensor, limit)
    }
    return limits
  }
}

/** -1 when none is worth it. */
function costliestToSplit(groups: readonly Group[]): number {
  let best = -1
  let most = NEGLIGIBLE
  for (const [at, { tensors, cost }] of groups.entries()) {
    const worst = Math.max(...cost)
    if (tensors.length > 1 && worst > most) [best, most] = [at, worst]
  }
  return best
}

/** Layers of a negligible group step alone, each at its part of what that costs. */
function shared(group: Group): Group[] {
  const { tensors, cost } = group
  if (Math.max(...cost) > NEGLIGIBLE) return [group]
  return tensors.map((tensor) => ({ tensors: [tensor], cost: cost.map((part) => part / tensors.length) }))
}

/** How many times what layers cost alone the whole costs; errors that cancel are not counted on. */
const correction = (whole: number, sum: number): number =>
  sum > 0 && Number.isFinite(whole) && Number.isFinite(sum) ? Math.max(1, whole / sum) : 1

/** @param layers how many cost that together. */
function priceText(cost: number, layers: number): string {
  const subject = layers === 1 ? 'it alone' : `it and ${layers - 1} other${layers === 2 ? '' : 's'}`
  if (!Number.isFinite(cost)) return `${subject} would make an output infinite or NaN`
  return cost < 10
    ? `${subject} would take ${(100 * cost).toFixed(0)} % of the error allowed`
    : `${subject} would make ${cost.toFixed(0)} times the error allowed`
}
