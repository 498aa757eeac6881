/** Times are told to a hundredth of a millisecond. */
export const roundMs = (ms: number): number => Math.round(ms * 100) / 100
