import type { Loaders, Manifest } from './manifest.ts'
import { readAssets } from './read-assets.ts'
import { SharedLoad } from './shared-load.ts'
import type { LoadOptions } from './types.ts'

/** What `?as=bytes` gives: fetches the model file and checks its digest, for users who bring their own session code. */
export type LoadBytes = (options?: Pick<LoadOptions, 'onProgress' | 'signal'>) => Promise<Uint8Array>

export function defineBytes(manifest: Pick<Manifest, 'assets'>, loaders: Pick<Loaders, 'read'>): LoadBytes {
  return async (options = {}) => {
    const load = new SharedLoad((signal, onProgress) => readAssets(manifest, loaders, { signal, onProgress }))
    const [file] = await load.join(options)
    if (file === undefined) throw new RangeError('the manifest lists no asset')
    return file.bytes
  }
}
