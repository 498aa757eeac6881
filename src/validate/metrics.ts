import type { EngineTensor } from '../engine/index.ts'
import { decibels, isFloat, widenToFloat32 } from '../graph/index.ts'

/** How one output differs from its reference, over all samples. */
export interface OutputMetrics {
  readonly name: string
  /** Largest |candidate − reference|; infinite where one is finite and the other is not. */
  readonly maxAbs: number
  /** 10·log10(Σr² / Σ(c − r)²) in dB: infinite when equal, −infinite when a value is finite on one side only. */
  readonly sqnrDb: number
  /** Cosine of the angle between the two as vectors; 1 when both are zero. */
  readonly cosine: number
  /**
   * Floats: share of rows (along the last axis) whose largest element stands at the same place. Other dtypes: share of
   * equal elements.
   */
  readonly agreement: number
  /** Largest finite |reference|: what `maxAbs` is to be seen against. */
  readonly scale: number
  /** Elements that are NaN or infinite in the reference and just so in the candidate. */
  readonly nonFinite: number
}

/** Collects the metrics of one output, sample by sample. */
export class OutputComparison {
  readonly name: string
  #maxAbs = 0
  #signal = 0
  #noise = 0
  #dot = 0
  #candidateEnergy = 0
  #scale = 0
  #agreeing = 0
  #judged = 0
  #nonFinite = 0
  #broken = false

  constructor(name: string) {
    this.name = name
  }

  /** Tensors of equal dtype and dims. */
  add(reference: EngineTensor, candidate: EngineTensor): void {
    if (isFloat(reference.dtype)) this.#addFloats(numbersOf(reference), numbersOf(candidate), reference.dims)
    else this.#addExact(reference.data, candidate.data)
  }

  get metrics(): OutputMetrics {
    const { name } = this
    return {
      name,
      maxAbs: this.#maxAbs,
      sqnrDb: this.#broken ? Number.NEGATIVE_INFINITY : decibels(this.#signal, this.#noise),
      cosine: this.#broken ? 0 : this.#cosine(),
      agreement: this.#judged === 0 ? 1 : this.#agreeing / this.#judged,
      scale: this.#scale,
      nonFinite: this.#nonFinite,
    }
  }

  #addFloats(reference: ArrayLike<number>, candidate: ArrayLike<number>, dims: readonly number[]): void {
    for (let i = 0; i < reference.length; i++) this.#addPair(reference[i] ?? 0, candidate[i] ?? 0)
    const width = dims.at(-1) ?? 1
    for (let start = 0; width > 0 && start < reference.length; start += width) {
      this.#judged++
      if (largest(reference, start, width) === largest(candidate, start, width)) this.#agreeing++
    }
  }

  #addPair(r: number, c: number): void {
    if (Object.is(r, c)) {
      if (!Number.isFinite(r)) this.#nonFinite++
    } else if (!Number.isFinite(r) || !Number.isFinite(c)) {
      this.#broken = true
      this.#maxAbs = Number.POSITIVE_INFINITY
      return
    }
    if (!Number.isFinite(r)) return
    const difference = Math.abs(c - r)
    if (difference > this.#maxAbs) this.#maxAbs = difference
    if (Math.abs(r) > this.#scale) this.#scale = Math.abs(r)
    this.#signal += r * r
    this.#noise += difference * difference
    this.#dot += r * c
    this.#candidateEnergy += c * c
  }

  #addExact(reference: EngineTensor['data'], candidate: EngineTensor['data']): void {
    for (let i = 0; i < reference.length; i++) {
      const [r, c] = [reference[i], candidate[i]]
      this.#judged++
      if (r === c) this.#agreeing++
      if (typeof r !== 'string' && typeof c !== 'string') this.#addPair(Number(r), Number(c))
    }
  }

  #cosine(): number {
    const norms = Math.sqrt(this.#signal) * Math.sqrt(this.#candidateEnergy)
    if (norms === 0) return this.#signal === this.#candidateEnergy ? 1 : 0
    return Math.min(1, Math.max(-1, this.#dot / norms))
  }
}

/** Index of the largest element; NaN counts as smaller than anything, the first of equals wins. */
function largest(values: ArrayLike<number>, start: number, width: number): number {
  let best = start
  for (let i = start + 1; i < start + width; i++) {
    const [value = 0, top = 0] = [values[i], values[best]]
    if (value > top || Number.isNaN(top)) best = i
  }
  return best - start
}

function numbersOf({ dtype, data }: EngineTensor): ArrayLike<number> {
  if (data instanceof Float32Array || data instanceof Float64Array) return data
  if ((dtype === 'float16' || dtype === 'bfloat16') && data instanceof Uint16Array)
    return widenToFloat32(dtype, data)
  return Float64Array.from(data, Number)
}
