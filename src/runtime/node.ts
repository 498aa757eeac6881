/** The server's side of the loaders: assets lie on disk, where `fetch` does not reach. */
export async function readAsset(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const { readFile } = await import('node:fs/promises')
  const { buffer, byteOffset, byteLength } = await readFile(new URL(url))
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Uint8Array(buffer, byteOffset, byteLength).slice()
}
