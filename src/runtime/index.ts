/** What is shipped to the page. It imports nothing but the types of onnxruntime-web, which the loaders bring lazily. */
export { defineBytes, type LoadBytes } from './define-bytes.ts'
export { defineModel } from './define-model.ts'
export type { DType, FeedArrays, ResultArrays } from './dtypes.ts'
export { ModelRuntimeError, RUNTIME_ERRORS, type RuntimeErrorCode } from './errors.ts'
export type { Asset, Guard, Loaders, Manifest, Provider, TensorInfo } from './manifest.ts'
export type {
  Feed,
  Feeds,
  LoadOptions,
  LoadProgress,
  Model,
  ModelMeta,
  ModelReport,
  Port,
  Ports,
  Result,
  Results,
  RunOptions,
} from './types.ts'
