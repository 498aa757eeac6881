/**
 * Signal-to-noise ratio in dB of two energies: Σw² of what was meant and Σ(w − ŵ)² of what it became. Infinite where nothing
 * was lost.
 */
export const decibels = (signal: number, noise: number): number =>
  noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise)
