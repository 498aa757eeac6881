/** The server's side of the loaders: assets lie on disk, where `fetch` does not reach. */
export async function readAsset(url: string): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises')
  return readFile(new URL(url))
}
