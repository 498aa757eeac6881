import type * as Ort from 'onnxruntime-web'
import type { ModelMeta } from './types.ts'

export type OrtModule = typeof Ort
export type Provider = 'wasm' | 'webgpu'

/** A tensor at the model's border. A dim is a number, or a name or expression where it is dynamic: `N`, `2*N`. */
export interface TensorInfo {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly (number | string)[]
  /** Dims of `shape` that may be 0; the conversion took all others to be at least 1. */
  readonly mayBeEmpty?: readonly string[] | undefined
}

/**
 * A decision the conversion took on a dim that stays dynamic, or the range that was given for it: `condition` (`H >= 224`)
 * must hold for every feed.
 */
export interface Guard {
  readonly condition: string
  /** Where the model takes the decision: a line of its source, or `range of the input`. */
  readonly at: string
}

/** One emitted file. `location` is the name under which the model file refers to external data. */
export interface Asset {
  readonly url: string
  readonly bytes: number
  /** Lower-case hexadecimal. */
  readonly sha256: string
  readonly role: 'model' | 'data'
  readonly location: string
}

/** Everything about a model that is known when the page is built. Plain data: the generated stub carries it as JSON. */
export interface Manifest {
  /** File name as imported, for messages: `net.pth`. */
  readonly name: string
  readonly assets: readonly Asset[]
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly TensorInfo[]
  readonly guards: readonly Guard[]
  /** Execution providers the asset is made for, the preferred one first. */
  readonly providers: readonly Provider[]
  readonly meta: ModelMeta
}

/** How the manifest's files are reached: lazily, and as the host emits them. */
export interface Loaders {
  /** Imports onnxruntime-web. Called once, on the first `load`, `run` or `ort`. */
  readonly ort: () => Promise<OrtModule>
  /** URLs of onnxruntime-web's own wasm pair; not given in Node, where the package finds them itself. */
  readonly wasmPaths?: { readonly mjs: string; readonly wasm: string }
  /** Reads an asset where `fetch` cannot (Node). */
  readonly read?: (url: string) => Promise<Uint8Array>
}
