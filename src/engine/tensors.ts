import type { Tensor } from 'onnxruntime-web'
import { ModelError } from '../errors/index.ts'
import { type DType, dtypeFromName, elementCount, type TypedArray, typedView } from '../graph/index.ts'
import type { Runtime } from './runtime.ts'

/** What goes into a run and comes out of it. float16 is its bit patterns in a Uint16Array, bool bytes of 0 and 1. */
export interface EngineTensor {
  readonly dtype: DType
  readonly dims: readonly number[]
  readonly data: TypedArray | readonly string[]
}

/** An input or output as the session knows it; a string is a dim's name, undefined an unnamed dynamic dim. */
export interface EngineValueInfo {
  readonly name: string
  readonly dtype: DType
  readonly dims: readonly (number | string | undefined)[]
}

/** dtypes that onnxruntime's JavaScript binding carries in and out. */
const CARRIED = {
  float32: 'float32',
  float64: 'float64',
  float16: 'float16',
  int8: 'int8',
  uint8: 'uint8',
  int16: 'int16',
  uint16: 'uint16',
  int32: 'int32',
  uint32: 'uint32',
  int64: 'int64',
  uint64: 'uint64',
  bool: 'bool',
  string: 'string',
} as const satisfies Partial<Record<DType, Tensor.Type>>

export const isEngineDType = (dtype: DType): dtype is keyof typeof CARRIED => dtype in CARRIED

/** A tensor over raw little-endian bytes, as samples and `Tensor.bytes()` hold them. */
export const engineTensor = (dtype: DType, dims: readonly number[], bytes: Uint8Array): EngineTensor => ({
  dtype,
  dims,
  data: typedView(dtype, bytes),
})

/** @throws ModelError ENGINE_FAILED for a dtype the binding lacks, or a length that is not what dims say. */
export function toOrt(runtime: Runtime, name: string, { dtype, dims, data }: EngineTensor): Tensor {
  if (!isEngineDType(dtype)) throw refused(name, `${dtype} tensors cannot be handed to onnxruntime-web`)
  if (data.length !== elementCount(dims))
    throw refused(name, `dims [${dims}] do not hold ${data.length} elements`)
  return new runtime.Tensor(CARRIED[dtype], isStrings(data) ? [...data] : data, dims)
}

/** @throws ModelError ENGINE_FAILED for a dtype we do not know. */
export function fromOrt(name: string, tensor: Tensor): EngineTensor {
  const dtype = dtypeFromName(tensor.type)
  if (dtype === undefined) throw refused(name, `it is of type ${tensor.type}`)
  return { dtype, dims: [...tensor.dims], data: dtype === 'float16' ? bitsOf(tensor.data) : tensor.data }
}

const isStrings = (data: EngineTensor['data']): data is readonly string[] => Array.isArray(data)

/** Where the platform has Float16Array, onnxruntime uses it: the same bits, seen as we see them. */
function bitsOf(data: Tensor.DataType): Uint16Array {
  if (Array.isArray(data)) throw refused('float16', 'strings are no float16 data')
  return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
}

const refused = (name: string, why: string): ModelError =>
  new ModelError('ENGINE_FAILED', {
    what: `Tensor ${name} cannot pass between the engine and its caller`,
    why,
  })
