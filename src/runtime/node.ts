/** The server's side of the loaders: assets lie on disk, and `fetch` does not read them. */
export async function readAsset(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const { readFile } = await import('node:fs/promises')
  return readFile(new URL(url))
}
