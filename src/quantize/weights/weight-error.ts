/** Energy of weights and of what quantisation changed in them, summed in doubles. */
export class WeightError {
  #signal = 0
  #noise = 0

  add(weight: number, quantized: number): void {
    const difference = weight - quantized
    this.#signal += weight * weight
    this.#noise += difference * difference
  }

  /** 10·log10(Σw² / Σ(w − ŵ)²), in dB; infinite where nothing was lost. */
  get sqnrDb(): number {
    return this.#noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(this.#signal / this.#noise)
  }
}
