/**
 * Every error the project raises, in one table: the code is printed as `[CODE]`, `exit` is the CLI's status.
 * Exit 1: the model cannot be converted, or is over budget. Exit 2: the call itself is wrong.
 */
export const ERROR_CODES = {
  // the call
  BAD_CALL: { exit: 2, title: 'The call is wrong: the command line, or what it names' },
  UNKNOWN_QUERY_KEY: { exit: 2, title: 'The query holds a key that does not exist' },
  BAD_QUERY_VALUE: { exit: 2, title: 'A query key holds a value it does not take' },
  NOT_BUILT_YET: { exit: 2, title: 'A documented option that this version does not implement' },
  BAD_CONFIG: { exit: 2, title: 'unplugin.config.ts or the plugin options are wrong' },
  FILE_NOT_FOUND: { exit: 2, title: 'A file named in the request does not exist' },
  RUNTIME_MISSING: { exit: 2, title: 'onnxruntime-web is not installed, or lacks a file' },
  OUTPUT_NOT_WRITABLE: { exit: 2, title: 'The result cannot be written where it was asked for' },

  // the file
  EMPTY_FILE: { exit: 1, title: 'The file holds no bytes' },
  TRUNCATED_FILE: { exit: 1, title: 'The file ends before its own index says it should' },
  CORRUPT_FILE: { exit: 1, title: 'The file contradicts itself' },
  UNKNOWN_FORMAT: { exit: 1, title: 'The content is not a model format we know' },
  UNSUPPORTED_FORMAT: { exit: 1, title: 'The format is known, and cannot be converted' },
  MISSING_DATA: { exit: 1, title: 'A file that the model keeps its weights in is missing' },
  UNSAFE_PATH: { exit: 1, title: 'The file refers to a path outside its own folder' },
  LIMIT_EXCEEDED: { exit: 1, title: 'A budget that protects from hostile files was used up' },

  // the model
  NEEDS_ARCHITECTURE: { exit: 1, title: 'A weights-only file has no architecture' },
  NEEDS_INPUT_SHAPE: { exit: 1, title: 'The input shapes are not in the file and cannot be inferred' },
  BAD_INPUT_SHAPE: { exit: 1, title: 'The model cannot run on the input shapes given' },
  BAD_SOURCE: { exit: 1, title: 'Python source that is not understood' },
  WEIGHTS_MISMATCH: { exit: 1, title: 'Weights and architecture do not fit each other' },
  UNSUPPORTED_OPERATOR: { exit: 1, title: 'Operators with no conversion' },
  UNSUPPORTED_CONSTRUCT: { exit: 1, title: 'A program construct with no conversion' },
  UNSUPPORTED_OPSET: { exit: 1, title: 'An ONNX opset that cannot be read' },
  MODEL_ERROR: { exit: 1, title: 'The model itself raises an error' },
  GUARD_FAILED: { exit: 1, title: 'A decision was taken on a dim that stays dynamic' },

  // the result
  INVALID_GRAPH: { exit: 1, title: 'A graph breaks its own rules' },
  INVALID_NODE: { exit: 1, title: 'An operator was given inputs or attributes it does not take' },
  OVER_BUDGET: { exit: 1, title: 'The result differs from its reference by more than allowed' },
  ENGINE_FAILED: { exit: 1, title: 'onnxruntime refused or failed to run the model' },
  NOTHING_TO_QUANTIZE: { exit: 1, title: 'An exact quantisation form fits no layer of the model' },
  TYPES_OUTDATED: { exit: 1, title: 'The generated types are not what the imports give' },
  CACHE_FAILED: { exit: 1, title: 'The cache cannot be read or written' },
  CACHE_MISS_FROZEN: { exit: 1, title: 'A frozen cache does not hold the result' },
  INTERNAL: { exit: 1, title: 'A bug in unplugin-model' },
} as const satisfies Record<string, { exit: 1 | 2; title: string }>

export type ErrorCode = keyof typeof ERROR_CODES
