/** Seeded random numbers: mulberry32 (public domain, Tommy Ettinger), the same sequence on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  /** Uniform in {0, …, count − 1}. */
  below(count: number): number {
    return Math.floor(this.uniform() * count)
  }

  /** Nearly N(0, 1): twelve uniforms less six. Only sums, where Box-Muller's logarithm may differ between engines. */
  normal(): number {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += this.uniform()
    return sum
  }
}
