import type { InferenceSession } from 'onnxruntime-web'
import { ModelRuntimeError, messageOf } from './errors.ts'
import type { Asset, Loaders, OrtModule, Provider } from './manifest.ts'

/** Imports onnxruntime-web and tells it where the host put its wasm pair, unless the page has set that already. */
export async function importOrt({ ort, wasmPaths }: Loaders): Promise<OrtModule> {
  let module: OrtModule
  try {
    module = await ort()
  } catch (error) {
    throw new ModelRuntimeError(
      'RUNTIME_FAILED',
      `onnxruntime-web was not imported: ${messageOf(error)}.`,
      error,
    )
  }
  if (wasmPaths) module.env.wasm.wasmPaths ??= { ...wasmPaths }
  return module
}

export interface SessionFiles {
  readonly name: string
  readonly files: readonly { readonly asset: Asset; readonly bytes: Uint8Array }[]
  readonly providers: readonly Provider[]
}

/** Creates the session from the model file; external data is matched by the name the model file gives it. */
export async function startSession(
  ort: OrtModule,
  { name, files, providers }: SessionFiles,
): Promise<InferenceSession> {
  const model = files.find(({ asset }) => asset.role === 'model')
  if (model === undefined) throw new ModelRuntimeError('SESSION_FAILED', `${name} has no model file.`)
  const externalData = files
    .filter(({ asset }) => asset.role === 'data')
    .map(({ asset, bytes }) => ({ path: asset.location, data: bytes }))
  try {
    return await ort.InferenceSession.create(model.bytes, {
      executionProviders: [...providers],
      ...(externalData.length > 0 ? { externalData } : {}),
    })
  } catch (error) {
    throw startError(name, error)
  }
}

/**
 * onnxruntime-web remembers a start that failed until the page is reloaded
 * (`initializeWebAssembly`, https://github.com/microsoft/onnxruntime/blob/main/js/web/lib/wasm/wasm-factory.ts).
 */
function startError(name: string, error: unknown): ModelRuntimeError {
  const why = messageOf(error)
  if (
    !/no available backend|initializeWebAssembly|wasm streaming|magic word|dynamically imported/i.test(why)
  ) {
    return new ModelRuntimeError('SESSION_FAILED', `onnxruntime-web refused ${name}: ${why}`, error)
  }
  return new ModelRuntimeError(
    'RUNTIME_FAILED',
    `onnxruntime-web did not start: ${why}. Its .wasm and .mjs must be served beside the page's other assets, the ` +
      '.mjs as JavaScript. Reload the page to try again.',
    error,
  )
}
