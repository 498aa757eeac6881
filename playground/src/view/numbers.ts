const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const ONE_DECIMAL = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** `283 kB`, `14.2 MB`. */
export function formatBytes(bytes: number): string {
  return bytes < 2e6 ? `${WHOLE.format(bytes / 1e3)}\u00a0kB` : `${ONE_DECIMAL.format(bytes / 1e6)}\u00a0MB`
}

/** `25 %`; below one percent, `<1 %`. */
export function formatShare(share: number): string {
  return share > 0 && share < 0.01 ? '<1\u00a0%' : `${WHOLE.format(share * 100)}\u00a0%`
}

/** `0.6 ms`, `14 ms`. */
export function formatMilliseconds(milliseconds: number): string {
  return `${(milliseconds < 10 ? ONE_DECIMAL : WHOLE).format(milliseconds)}\u00a0ms`
}

/** Three significant digits, with a power of ten where small: `0.0312`, `2.38e-7`; a dash where it is not a number. */
export function formatError(error: number | null): string {
  if (error === null) return '–'
  return error === 0 || error >= 1e-3 ? String(Number(error.toPrecision(3))) : error.toExponential(2)
}

/** `38.1 dB`; a dash where it was not measured. */
export function formatDecibels(decibels: number | null): string {
  return decibels === null ? '–' : `${ONE_DECIMAL.format(decibels)}\u00a0dB`
}

/** Nodes of a graph; a dash before there is one. */
export const formatCount = (count: number): string => (count === 0 ? '–' : String(count))
