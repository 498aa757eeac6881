export type Words = Uint8Array | Uint16Array | Uint32Array

/** Bytes seen as words of 1, 2 or 4 bytes; copied only when they are not aligned for it. */
export function wordsOf(bytes: Uint8Array, size: number): Words {
  if (size === 1) return bytes
  // A copy by the constructor: `slice` of a Buffer, which a read may return, is a view that is as misaligned.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes)
  const { buffer, byteOffset, byteLength } = aligned
  return size === 2
    ? new Uint16Array(buffer, byteOffset, byteLength / 2)
    : new Uint32Array(buffer, byteOffset, byteLength / 4)
}
