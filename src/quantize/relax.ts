import type { Tensor } from '../graph/index.ts'
import type { LayerScheme, Limit, Limits } from './scheme.ts'

/** Quantises under limits, runs the result, and says how much of the budget each output then uses up: above 1 it misses. */
export type Measure = (limits: Limits) => Promise<readonly number[]>

/** A group of layers that uses less of the budget than this is not taken apart. */
const NEGLIGIBLE = 0.05

/** Errors of layers are taken to add, which holds only nearly: each round leaves more room than the one before. */
const ROOM = [0.9, 0.5, 0.2, 0.05]

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
 * Layers are measured in groups that are halved, so that few costly ones among many are found in few runs.
 *
 * @param forms what each tensor became without limits, and `use` what that costs.
 * @returns undefined when only the float model keeps the budget.
 */
export async function relax(
  { forms, use }: { readonly forms: ReadonlyMap<Tensor, LayerScheme>; readonly use: readonly number[] },
  measure: Measure,
): Promise<Limits | undefined> {
  const search = new Search(forms, measure)
  await search.costOfGroup([...forms.keys()], use)
  let used = use
  for (const room of ROOM) {
    await search.stepDown(used, room)
    if (search.isFloat) return undefined
    used = await measure(search.limits)
    if (used.every((part) => part <= 1)) return search.limits
  }
  return undefined
}

class Search {
  readonly limits = new Map<Tensor, Limit>()
  readonly #forms: Map<Tensor, LayerScheme>
  readonly #measure: Measure
  /** What each tensor costs in its present form, output by output. */
  readonly #costs = new Map<Tensor, readonly number[]>()

  constructor(forms: ReadonlyMap<Tensor, LayerScheme>, measure: Measure) {
    this.#forms = new Map(forms)
    this.#measure = measure
  }

  get isFloat(): boolean {
    return this.#quantised === 0
  }

  get #quantised(): number {
    return [...this.#forms.values()].filter((form) => form !== 'float32').length
  }

  /** @param use what the group costs when all else is float. */
  async costOfGroup(group: readonly Tensor[], use: readonly number[]): Promise<void> {
    if (group.length <= 1 || Math.max(...use) <= NEGLIGIBLE) {
      for (const tensor of group)
        this.#costs.set(
          tensor,
          use.map((part) => part / group.length),
        )
      return
    }
    const middle = group.length >> 1
    for (const half of [group.slice(0, middle), group.slice(middle)])
      await this.costOfGroup(half, await this.#measure(this.#only(half)))
  }

  /**
   * Takes layers a form finer until the prediction leaves `room`; the last one never by prediction alone.
   *
   * @param used what the whole costs now.
   */
  async stepDown(used: readonly number[], room: number): Promise<void> {
    const sums = this.#sums(used.length)
    const factors = used.map((part, output) => correction(part, sums[output] ?? 0))
    do {
      const predicted = this.#sums(used.length).map((sum, output) => sum * (factors[output] ?? 1))
      const worst = predicted.indexOf(Math.max(...predicted))
      const costliest = this.#costliest(worst)
      if (!costliest) return
      await this.#refine(costliest, this.#costs.get(costliest)?.[worst] ?? 0)
      const left = this.#sums(used.length).map((sum, output) => sum * (factors[output] ?? 1))
      if (Math.max(...left) <= room) return
    } while (this.#quantised > 1)
  }

  #sums(outputs: number): number[] {
    const sums = new Array<number>(outputs).fill(0)
    for (const cost of this.#costs.values())
      for (const [output, part] of cost.entries()) sums[output] = (sums[output] ?? 0) + part
    return sums
  }

  #costliest(output: number): Tensor | undefined {
    let best: Tensor | undefined
    let most = -1
    for (const [tensor, form] of this.#forms) {
      const cost = this.#costs.get(tensor)?.[output] ?? 0
      if (form !== 'float32' && cost > most) [best, most] = [tensor, cost]
    }
    return best
  }

  async #refine(tensor: Tensor, cost: number): Promise<void> {
    const form = this.#forms.get(tensor) ?? 'float32'
    const scheme = FINER[form]
    this.limits.set(tensor, { scheme, reason: `${NAMES[form]}, it alone would ${priceText(cost)}` })
    this.#forms.set(tensor, scheme)
    const none = (this.#costs.get(tensor) ?? []).map(() => 0)
    this.#costs.set(tensor, scheme === 'float32' ? none : await this.#measure(this.#only([tensor])))
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

/** How many times what layers cost alone the whole costs; errors that cancel are not counted on. */
const correction = (whole: number, sum: number): number =>
  sum > 0 && Number.isFinite(whole) && Number.isFinite(sum) ? Math.max(1, whole / sum) : 1

function priceText(cost: number): string {
  if (!Number.isFinite(cost)) return 'make an output infinite or NaN'
  return cost < 10
    ? `take ${(100 * cost).toFixed(0)} % of the error allowed`
    : `make ${cost.toFixed(0)} times the error allowed`
}
