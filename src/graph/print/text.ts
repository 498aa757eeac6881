import type { Attribute } from '../attribute.ts'
import { elementCount, StringTensor, type Tensor, tensorData } from '../tensor.ts'

/** Tensors of more elements are printed by type only. */
const SHOWN_ELEMENTS = 8

/** `int64[2] [1, -1]`, `float32[64, 3, 7, 7]` */
export function tensorText(tensor: Tensor): string {
  const type = `${tensor.dtype}[${tensor.dims.join(', ')}]`
  const elements = elementCount(tensor.dims) <= SHOWN_ELEMENTS ? elementsOf(tensor) : undefined
  if (!elements) return type
  return tensor.dims.length === 0 ? `${type} ${elements}` : `${type} [${elements.join(', ')}]`
}

const PRINTED: ReadonlySet<string> = new Set([
  'float32',
  'float64',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
])

function elementsOf(tensor: Tensor): string[] | undefined {
  if (tensor instanceof StringTensor) return tensor.strings.map((string) => JSON.stringify(string))
  if (tensor.dtype === 'bool') return Array.from(tensor.bytes(), (byte) => String(byte !== 0))
  return PRINTED.has(tensor.dtype) ? Array.from(tensorData(tensor), numberText) : undefined
}

/** At most seven significant digits: what float32 holds. */
const numberText = (value: number | bigint): string =>
  typeof value === 'bigint' ? String(value) : String(Number(value.toPrecision(7)))

/** An attribute's value; subgraphs, which have lines of their own, are empty. */
export function attributeText(attribute: Attribute): string {
  switch (attribute.type) {
    case 'int':
      return String(attribute.value)
    case 'float':
      return numberText(attribute.value)
    case 'string':
      return JSON.stringify(attribute.value)
    case 'tensor':
      return tensorText(attribute.value)
    case 'ints':
      return `[${attribute.value.join(', ')}]`
    case 'floats':
      return `[${attribute.value.map(numberText).join(', ')}]`
    case 'strings':
      return `[${attribute.value.map((string) => JSON.stringify(string)).join(', ')}]`
    default:
      return ''
  }
}
