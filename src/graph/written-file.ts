/** A file that is written chunk by chunk: it never lies in memory as a whole. */
export interface WrittenFile {
  readonly size: number
  chunks(): Iterable<Uint8Array>
}

/** All bytes of a written file, for callers that want one buffer; a file of one chunk is not copied. */
export function joinChunks({ size, chunks }: WrittenFile): Uint8Array<ArrayBufferLike> {
  let joined: Uint8Array | undefined
  let at = 0
  for (const chunk of chunks()) {
    if (chunk.byteLength === size) return chunk
    joined ??= new Uint8Array(size)
    joined.set(chunk, at)
    at += chunk.byteLength
  }
  return joined ?? new Uint8Array(size)
}
