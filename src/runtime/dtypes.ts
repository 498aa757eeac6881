/**
 * The array that holds a tensor in JavaScript, dtype by dtype. `feed` lists every class taken as input, the first being
 * the one that is named in errors; results come in the same first class. float16 is carried as Float32Array both ways
 * (browsers without Float16Array are common): exact on the way out, rounded to nearest even on the way in.
 */
export const ARRAYS = {
  float32: { feed: ['Float32Array'] },
  float64: { feed: ['Float64Array'] },
  float16: { feed: ['Float32Array', 'Uint16Array', 'Float16Array'] },
  int8: { feed: ['Int8Array'] },
  uint8: { feed: ['Uint8Array', 'Uint8ClampedArray'] },
  int16: { feed: ['Int16Array'] },
  uint16: { feed: ['Uint16Array'] },
  int32: { feed: ['Int32Array'] },
  uint32: { feed: ['Uint32Array'] },
  int64: { feed: ['BigInt64Array'] },
  uint64: { feed: ['BigUint64Array'] },
  bool: { feed: ['Uint8Array'] },
  string: { feed: ['Array'] },
} as const

/** Element types that a page can feed or read, named as onnxruntime names them. */
export type DType = keyof typeof ARRAYS

export const isDType = (name: string): name is DType => Object.hasOwn(ARRAYS, name)

/** What `run` gives as `data`. */
export interface ResultArrays {
  float32: Float32Array
  float64: Float64Array
  float16: Float32Array
  int8: Int8Array
  uint8: Uint8Array
  int16: Int16Array
  uint16: Uint16Array
  int32: Int32Array
  uint32: Uint32Array
  int64: BigInt64Array
  uint64: BigUint64Array
  bool: Uint8Array
  string: string[]
}

/** What `run` takes as `data`; a Uint16Array given for float16 holds its bit patterns. */
export interface FeedArrays extends Omit<ResultArrays, 'float16' | 'uint8' | 'string'> {
  float16: Float32Array | Uint16Array
  uint8: Uint8Array | Uint8ClampedArray
  string: readonly string[]
}

export type FeedData = FeedArrays[DType]

export const isFeedData = (dtype: DType, value: unknown): value is FeedData => {
  const taken: readonly string[] = ARRAYS[dtype].feed
  return taken.includes(arrayClass(value) ?? '')
}

/** `Float32Array`, `Array`, …; works across realms, where `instanceof` does not. */
export function arrayClass(value: unknown): string | undefined {
  if (Array.isArray(value)) return 'Array'
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return undefined
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}
