import type * as Ort from 'onnxruntime-web'
import type { DType, FeedArrays, ResultArrays } from './dtypes.ts'
import type { Provider, TensorInfo } from './manifest.ts'

/** An input or output in the type system. A dynamic dim is `number`: `Port<'float32', readonly [number, 3, 224, 224]>`. */
export interface Port<D extends DType = DType, S extends readonly number[] = readonly number[]> {
  readonly dtype: D
  readonly dims: S
}

export type Ports = Readonly<Record<string, Port>>

type CountFree<S extends readonly number[], Free extends unknown[] = []> = S extends readonly [
  infer Head,
  ...infer Rest extends readonly number[],
]
  ? CountFree<Rest, number extends Head ? [...Free, Head] : Free>
  : Free['length']

/** A bare array is enough where its length tells the dims, which is so when at most one of them is dynamic. */
type BareFeed<P extends Port> = CountFree<P['dims']> extends 0 | 1 ? FeedArrays[P['dtype']] : never

/** What one input takes. */
export type Feed<P extends Port = Port> =
  | BareFeed<P>
  | { readonly data: FeedArrays[P['dtype']]; readonly dims: P['dims'] }
  | Ort.TypedTensor<P['dtype']>

/** What one output gives. */
export interface Result<P extends Port = Port> {
  readonly data: ResultArrays[P['dtype']]
  readonly dims: P['dims']
  readonly type: P['dtype']
}

export type Feeds<I extends Ports> = { readonly [Name in keyof I]: Feed<I[Name]> }
export type Results<O extends Ports> = { readonly [Name in keyof O]: Result<O[Name]> }

/** Bytes of the model's files so far; `total` is known from the build, so it is true under compression too. */
export interface LoadProgress {
  readonly loaded: number
  readonly total: number
}

export interface LoadOptions {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /**
   * Which to use, the preferred one first; out of those the model was built for.
   * @default those of `target=`, in its order
   */
  readonly executionProviders?: readonly Provider[] | undefined
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined
}

/** What the build knows about the model, without paths of the machine that built it. */
export interface ModelMeta {
  readonly source: { readonly name: string; readonly format: string; readonly bytes: number }
  /** The canonical request: every key, defaults applied. */
  readonly request: Readonly<Record<string, string | number | readonly string[]>>
  /** Bytes of all emitted model files. */
  readonly bytes: number
  readonly stages: readonly {
    readonly name: string
    readonly nodesBefore: number
    readonly nodesAfter: number
  }[]
  /** Number of layers by scheme: `{ "int8-dynamic": 3, "int8-weights": 1 }`; empty when nothing was quantised. */
  readonly quantization: { readonly scheme: string; readonly layers: Readonly<Record<string, number>> }
  /** Figures of the converted model against its reference; null under `validate=off`. */
  readonly validation: {
    readonly reference: string
    readonly passed: boolean
    readonly outputs: readonly {
      readonly name: string
      /** Null where it is infinite. */
      readonly maxAbs: number | null
      /** Null where it is infinite: reference and result are equal. */
      readonly sqnrDb: number | null
      readonly cosine: number | null
      /** Share of rows with the same largest element. */
      readonly agreement: number
    }[]
  } | null
  readonly assumptions: readonly string[]
  readonly warnings: readonly string[]
}

/** What `?as=meta` gives. */
export interface ModelReport extends ModelMeta {
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly TensorInfo[]
  readonly guards: readonly { readonly dim: string; readonly assumed: string; readonly at: string }[]
  readonly assets: readonly {
    readonly bytes: number
    readonly sha256: string
    readonly role: 'model' | 'data'
  }[]
  /** Layer by layer: in which form it is stored and computed, and the ratio of its signal to the error (dB). */
  readonly layers: readonly {
    readonly name: string
    readonly scheme: string
    readonly sqnrDb: number | null
  }[]
  /** What the stages noted: `quantize: conv1 stays float, K = 27 is below 256`. */
  readonly notes: readonly string[]
}

/**
 * What `import model from './net.pth?format=onnx'` gives.
 *
 * @example
 * const { logits } = await model.run({ image: pixels }) // pixels: Float32Array
 * logits.data // Float32Array, logits.dims: readonly [number, 10]
 */
export interface Model<I extends Ports = Ports, O extends Ports = Ports> {
  readonly inputs: readonly (TensorInfo & { readonly name: keyof I & string })[]
  readonly outputs: readonly (TensorInfo & { readonly name: keyof O & string })[]
  readonly meta: ModelMeta
  /** The onnxruntime session, once loaded. */
  readonly session: Ort.InferenceSession | undefined
  /**
   * Fetches the model, checks its digest and creates the session; a second call joins the first. A failed load can be
   * tried again. Without it, the first `run` loads.
   *
   * @throws ModelRuntimeError `ASSET_*`, `RUNTIME_FAILED`, `SESSION_FAILED`, `NO_PROVIDER`, `ALREADY_LOADED`
   */
  load(options?: LoadOptions): Promise<void>
  /**
   * Runs the model. Calls made while another runs wait for their turn. An aborted call leaves the queue at once; a run
   * that has begun cannot be interrupted, only its result is dropped. Arrays are not copied: leave them alone until the
   * promise settles.
   *
   * @throws ModelRuntimeError `UNKNOWN_INPUT`, `MISSING_INPUT`, `WRONG_TYPE`, `WRONG_SHAPE`, `NEEDS_DIMS`, `GUARD_FAILED`, `RUN_FAILED`
   */
  run(feeds: Feeds<I>, options?: RunOptions): Promise<Results<O>>
  /** The onnxruntime-web module that this model uses, imported lazily. */
  ort(): Promise<typeof Ort>
  /** Frees the session and its memory, after the runs that wait. A later `load` or `run` loads again. */
  dispose(): Promise<void>
}
