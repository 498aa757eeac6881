import type { Loaders, Manifest } from './manifest.ts'
import { PageModel } from './model.ts'
import type { Model } from './types.ts'

/**
 * Makes the object that an import gives. Called by the generated module; costs nothing until the model is used.
 *
 * @example
 * export default defineModel(manifest, {
 *   ort: () => import('onnxruntime-web/dist/ort.wasm.min.mjs'),
 *   wasmPaths: { mjs: mjsUrl, wasm: wasmUrl },
 * })
 */
export function defineModel(manifest: Manifest, loaders: Loaders): Model {
  return new PageModel(manifest, loaders)
}
