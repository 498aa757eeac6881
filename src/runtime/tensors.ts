import type { Tensor } from 'onnxruntime-web'
import { type FeedData, isDType } from './dtypes.ts'
import { ModelRuntimeError } from './errors.ts'
import type { CheckedFeed } from './feeds.ts'
import { narrowToHalf, widenHalf } from './half.ts'
import type { OrtModule } from './manifest.ts'
import type { Result } from './types.ts'

/** Hands a checked feed to onnxruntime; nothing is copied, except that float16 given as numbers is rounded. */
export function toTensor(ort: OrtModule, feed: CheckedFeed): Tensor {
  if ('tensor' in feed) return feed.tensor
  const { type, data, dims } = feed
  return new ort.Tensor(type, type === 'float16' ? halfBits(data) : withoutClamping(data), [...dims])
}

function withoutClamping(data: FeedData): Exclude<FeedData, Uint8ClampedArray> {
  return data instanceof Uint8ClampedArray ? new Uint8Array(data.buffer, data.byteOffset, data.length) : data
}

const halfBits = (data: FeedData): Uint16Array =>
  data instanceof Float32Array ? narrowToHalf(data) : bitPatterns(data)

/** onnxruntime's results as plain objects; float16 is widened to float32, which is exact. */
export function toResult(name: string, { type, dims, data }: Tensor): Result {
  if (!isDType(type)) {
    throw new ModelRuntimeError(
      'UNSUPPORTED_TYPE',
      `output "${name}" is ${type}, which no JavaScript array holds.`,
    )
  }
  return { type, dims, data: type === 'float16' ? widenHalf(bitPatterns(data)) : data }
}

/** A view of the bits: onnxruntime has Float16Array where the browser does, else Uint16Array. */
function bitPatterns(data: FeedData): Uint16Array {
  if (ArrayBuffer.isView(data)) return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  throw new TypeError('float16 data is no typed array')
}
