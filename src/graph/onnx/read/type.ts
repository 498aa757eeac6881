import { type DType, dtypeFromOnnx } from '../../dtype.ts'
import { tensorType, type ValueType } from '../../value-type.ts'
import type { DimensionProto, TypeProto, ValueInfoProto } from '../proto/messages.ts'
import type { ReadContext } from './context.ts'

/**
 * The type a file declares for a value; undefined where it says nothing. `min` is the smallest size an unknown dim may
 * have: 1 for inputs, 0 for results.
 * @throws ModelError UNSUPPORTED_CONSTRUCT for maps, sparse tensors and element types we do not know.
 */
export function declaredType(context: ReadContext, info: ValueInfoProto, min: 0 | 1): ValueType | undefined {
  return info.type && convert(context, info.type, info.name, min)
}

function convert(context: ReadContext, type: TypeProto, name: string, min: 0 | 1): ValueType | undefined {
  switch (type.kind) {
    case 'tensor': {
      if (type.elementType === 0) return undefined
      const dtype = elementType(context, type.elementType, name)
      return tensorType(
        dtype,
        type.dims?.map((dim, axis) => dimOf(context, dim, `${name}_${axis}`, min)),
      )
    }
    case 'sequence':
    case 'optional': {
      const element = type.element && convert(context, type.element, name, 0)
      return element && { kind: type.kind, element }
    }
    default:
      throw context.unsupported(
        `Value ${name} is a ${type.kind === 'map' ? 'map' : 'sparse tensor'}`,
        undefined,
        'Remove the operators around it (ZipMap, DictVectorizer) and export plain tensors',
      )
  }
}

function elementType(context: ReadContext, code: number, name: string): DType {
  const dtype = dtypeFromOnnx(code)
  if (dtype) return dtype
  throw context.unsupported(`Value ${name} has elements of ONNX type ${code}, which is not known`)
}

function dimOf(context: ReadContext, dim: DimensionProto, wish: string, min: 0 | 1) {
  if (typeof dim === 'number') return dim
  return dim === undefined ? context.symbols.fresh(wish, min) : context.symbols.named(dim, min)
}
