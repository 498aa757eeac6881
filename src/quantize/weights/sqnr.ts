/** Signal-to-noise ratio in dB of energies Σw² and Σ(w − ŵ)²; infinite where nothing was lost. */
export const decibels = (signal: number, noise: number): number =>
  noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise)
