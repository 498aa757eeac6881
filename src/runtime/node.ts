/** The server's side of the loaders: assets lie on disk, where `fetch` does not reach. */
export async function readAsset(url: string): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises')
  const { buffer, byteOffset, byteLength } = await readFile(new URL(url))
  // A Buffer is a Uint8Array whose `slice` and `toString` are not those of the page.
  return new Uint8Array(buffer, byteOffset, byteLength)
}
