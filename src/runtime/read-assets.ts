import { ModelRuntimeError, messageOf } from './errors.ts'
import { fetchAsset } from './fetch-asset.ts'
import type { Asset, Loaders, Manifest } from './manifest.ts'
import type { LoadProgress } from './types.ts'
import { verifyAsset } from './verify-asset.ts'

export interface ReadOptions {
  readonly signal: AbortSignal
  readonly onProgress: (progress: LoadProgress) => void
}

/** All files of a model, in the manifest's order, verified. Progress counts over all of them. */
export async function readAssets(
  manifest: Pick<Manifest, 'assets'>,
  loaders: Pick<Loaders, 'read'>,
  { signal, onProgress }: ReadOptions,
): Promise<{ readonly asset: Asset; readonly bytes: Uint8Array }[]> {
  const total = manifest.assets.reduce((sum, { bytes }) => sum + bytes, 0)
  let loaded = 0
  const onBytes = (count: number) => {
    loaded += count
    onProgress({ loaded, total })
  }
  onProgress({ loaded, total })
  const { read } = loaders
  return Promise.all(
    manifest.assets.map(async (asset) => {
      const bytes = read ? await readAsset(asset, read) : await fetchAsset(asset, { signal, onBytes })
      signal.throwIfAborted()
      if (read) onBytes(bytes.length)
      return { asset, bytes }
    }),
  )
}

async function readAsset(asset: Asset, read: NonNullable<Loaders['read']>): Promise<Uint8Array> {
  const bytes = await read(asset.url).catch((error: unknown) => {
    throw new ModelRuntimeError(
      'ASSET_UNREACHABLE',
      `${asset.url} could not be read: ${messageOf(error)}.`,
      error,
    )
  })
  await verifyAsset(asset, bytes, '')
  return bytes
}
