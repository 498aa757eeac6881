/** A copy with every run of `unit` bytes reversed: big-endian numbers of that size made little-endian, or back. */
export function swapBytes(bytes: Uint8Array, unit: number): Uint8Array {
  const out = new Uint8Array(bytes.byteLength)
  for (let at = 0; at < bytes.byteLength; at += unit) {
    for (let i = 0; i < unit; i++) out[at + i] = bytes[at + unit - 1 - i] ?? 0
  }
  return out
}
