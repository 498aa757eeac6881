import { ModelError } from '../../../errors/index.ts'
import { byteLength, DTYPES, type DType, dtypeFromOnnx } from '../../dtype.ts'
import { elementCount, MemoryTensor, SourceTensor, StringTensor, type Tensor } from '../../tensor.ts'
import { TENSOR } from '../proto/fields.ts'
import type { TensorProto } from '../proto/messages.ts'
import type { ReadContext } from './context.ts'
import { typedData } from './typed-data.ts'

/**
 * A TensorProto as a Tensor. `raw_data` and external data stay byte ranges of their files; only typed fields of varints
 * are decoded.
 * @throws ModelError CORRUPT_FILE, TRUNCATED_FILE, UNSAFE_PATH, UNSUPPORTED_CONSTRUCT.
 */
export function readTensor(context: ReadContext, proto: TensorProto): Tensor {
  const dtype = dtypeFromOnnx(proto.dataType)
  if (!dtype)
    throw context.unsupported(`Tensor ${proto.name} has ONNX type ${proto.dataType}, which is not known`)
  if (proto.segmented) throw context.unsupported(`Tensor ${proto.name} is stored in segments`)
  checkSize(proto, dtype)
  if (dtype === 'string') return readStrings(context, proto)
  if (proto.external) return readExternal(context, proto, proto.external, dtype)
  return named(proto, () => readInline(proto, dtype))
}

/** Sizes that a number cannot hold would make every later check meaningless. */
function checkSize(proto: TensorProto, dtype: DType): void {
  if (Number.isSafeInteger(elementCount(proto.dims) * Math.max(1, DTYPES[dtype].bits))) return
  throw new ModelError('CORRUPT_FILE', {
    what: `Tensor ${proto.name} says it holds ${proto.dims.join(' x ')} elements`,
  })
}

function readInline(proto: TensorProto, dtype: DType): Tensor {
  if (proto.raw) return new SourceTensor(dtype, proto.dims, proto.raw.asSource())
  const data = typedData(proto, dtype)
  if (data instanceof Uint8Array) {
    const wanted = byteLength(dtype, elementCount(proto.dims))
    if (data.byteLength !== wanted)
      throw new ModelError('CORRUPT_FILE', {
        what: `It says ${dtype}[${proto.dims}], which is ${wanted} bytes, and has ${data.byteLength}`,
      })
    return new MemoryTensor(dtype, proto.dims, data)
  }
  return new SourceTensor(dtype, proto.dims, data)
}

/** Names the tensor in errors that only know of bytes. */
function named(proto: TensorProto, read: () => Tensor): Tensor {
  try {
    return read()
  } catch (error) {
    throw error instanceof ModelError ? error.at({ node: `tensor ${proto.name}` }) : error
  }
}

function readStrings(context: ReadContext, proto: TensorProto): Tensor {
  if (proto.external || proto.raw)
    throw context.unsupported(`Strings of tensor ${proto.name} are stored as raw bytes`)
  const strings = (proto.typed.get(TENSOR.stringData) ?? []).map((field) => field.asExactText())
  if (strings.length !== elementCount(proto.dims))
    throw new ModelError('CORRUPT_FILE', {
      what: `String tensor ${proto.name} of dims [${proto.dims}] has ${strings.length} strings`,
    })
  return new StringTensor(proto.dims, strings)
}

/** https://github.com/onnx/onnx/blob/main/docs/ExternalData.md */
function readExternal(
  context: ReadContext,
  proto: TensorProto,
  entries: ReadonlyMap<string, string>,
  dtype: DType,
): Tensor {
  const location = entries.get('location')
  if (!location) throw new ModelError('CORRUPT_FILE', { what: `External tensor ${proto.name} names no file` })
  const offset = integerEntry(proto, entries, 'offset') ?? 0
  const length = integerEntry(proto, entries, 'length') ?? byteLength(dtype, elementCount(proto.dims))
  return named(proto, () => {
    const file = context.externalFile(location)
    return new SourceTensor(dtype, proto.dims, file.slice(offset, length))
  })
}

function integerEntry(
  proto: TensorProto,
  entries: ReadonlyMap<string, string>,
  key: string,
): number | undefined {
  const text = entries.get(key)
  if (text === undefined) return undefined
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new ModelError('CORRUPT_FILE', {
    what: `External tensor ${proto.name} has ${key} ${JSON.stringify(text)}`,
  })
}
