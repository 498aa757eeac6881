import { loadRuntime } from './runtime.ts'
import { type EngineModel, type EngineSession, openSession, type SessionOptions } from './session.ts'

export interface EngineOptions {
  /** Folder of the user's package.json: whose onnxruntime-web to use. @default the one beside this package */
  readonly root?: string | undefined
}

/** onnxruntime-web under Node: wasm kernels, one thread, the same results on every machine. */
export interface Engine {
  /** Version of onnxruntime-web: part of whatever key its results are cached under. */
  readonly version: string
  session(model: EngineModel, options?: SessionOptions): Promise<EngineSession>
}

/**
 * The build-time engine. Loading and running block the thread they are called on, so this belongs in a worker; the wasm
 * binary itself (about half a second) is compiled at the first session.
 *
 * @throws ModelError ENGINE_FAILED when onnxruntime-web is not installed.
 * @example
 * const engine = createEngine({ root: process.cwd() })
 * const session = await engine.session({ bytes })
 * const outputs = await session.run(new Map([['x', { dtype: 'float32', dims: [1, 4], data }]]))
 */
export function createEngine({ root }: EngineOptions = {}): Engine {
  const runtime = loadRuntime(root)
  return {
    version: runtime.env.versions.web ?? runtime.env.versions.common,
    session: (model, options = {}) => openSession(runtime, model, options),
  }
}
