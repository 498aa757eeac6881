import * as ort from 'onnxruntime-web'
import { StringTensor, type Tensor, tensorData } from '../../../src/graph/index.ts'

ort.env.wasm.numThreads = 1
ort.env.logLevel = 'fatal'

export type Feeds = ReadonlyMap<string, ort.Tensor>
export type Results = ReadonlyMap<string, ort.Tensor>

/** Runs a model in onnxruntime-web. */
export async function run(model: Uint8Array, feeds: Feeds): Promise<Results> {
  const session = await ort.InferenceSession.create(model, {
    logSeverityLevel: 4,
    graphOptimizationLevel: 'basic',
  })
  try {
    return new Map(Object.entries(await session.run(Object.fromEntries(feeds))))
  } finally {
    await session.release()
  }
}

/** One of our tensors as one of the runtime's; float16 as its bit patterns. */
export function runtimeTensor(tensor: Tensor): ort.Tensor {
  const dims = [...tensor.dims]
  if (tensor instanceof StringTensor) return new ort.Tensor('string', [...tensor.strings], dims)
  const data = tensorData(tensor)
  switch (tensor.dtype) {
    case 'float32':
    case 'float64':
    case 'float16':
    case 'int8':
    case 'uint8':
    case 'int16':
    case 'uint16':
    case 'int32':
    case 'uint32':
    case 'int64':
    case 'uint64':
    case 'bool':
      return Reflect.construct(ort.Tensor, [tensor.dtype, data, dims])
    default:
      throw new Error(`onnxruntime-web takes no ${tensor.dtype} tensors`)
  }
}

/** What is different between two tensors' data, as text; undefined when they agree within a tolerance. */
export function difference(got: ort.Tensor, want: ort.Tensor, tolerance = 1e-4): string | undefined {
  if (got.dims.join() !== want.dims.join()) return `dims ${got.dims} are not ${want.dims}`
  if (got.type !== want.type) return `${got.type} is not ${want.type}`
  const [a, b] = [got.data, want.data]
  for (let i = 0; i < b.length; i++) {
    const [left, right] = [a[i], b[i]]
    if (left !== right && !isNear(Number(left), Number(right), tolerance))
      return `element ${i} is ${left}, not ${right}`
  }
  return undefined
}

const isNear = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= tolerance + tolerance * Math.abs(b)
