/** Every error the page can see, in one table. The message reads `[CODE] what. why or next.` */
export const RUNTIME_ERRORS = {
  // the files
  ASSET_UNREACHABLE: 'The model file could not be fetched',
  ASSET_IS_HTML: 'The server answered with a web page instead of the model file',
  ASSET_CHANGED: 'The model file is not the one that the page was built with',
  RUNTIME_FAILED: 'onnxruntime-web could not be started',
  SESSION_FAILED: 'onnxruntime-web refused the model',
  NO_PROVIDER: 'No execution provider that the model was built for is available',
  ALREADY_LOADED: 'The model is loaded with other options',
  // the feeds
  UNKNOWN_INPUT: 'A feed names an input that the model does not have',
  MISSING_INPUT: 'An input of the model got no feed',
  WRONG_TYPE: 'A feed has the wrong element type',
  WRONG_SHAPE: 'A feed has the wrong length or dims',
  NEEDS_DIMS: 'A bare array cannot tell several free dims',
  GUARD_FAILED: 'A feed has a size that the conversion ruled out',
  UNSUPPORTED_TYPE: 'An input or output has a type that JavaScript cannot hold',
  RUN_FAILED: 'onnxruntime-web failed while it ran the model',
} as const

export type RuntimeErrorCode = keyof typeof RUNTIME_ERRORS

/**
 * What `load` and `run` throw. An aborted call throws the signal's own reason instead.
 *
 * @example
 * try { await model.run({ image }) } catch (error) {
 *   if (error instanceof ModelRuntimeError && error.code === 'WRONG_SHAPE') …
 * }
 */
export class ModelRuntimeError extends Error {
  override readonly name = 'ModelRuntimeError'
  readonly code: RuntimeErrorCode

  constructor(code: RuntimeErrorCode, message: string, cause?: unknown) {
    super(`[${code}] ${message}`, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
