import { DTYPES } from '../../dtype.ts'
import { StringTensor, type Tensor, tensorByteLength } from '../../tensor.ts'
import { ENTRY, EXTERNAL, TENSOR } from '../proto/fields.ts'
import type { ProtoWriter } from '../wire/writer.ts'
import { checkedChunks, type DataPlacement } from './data-placement.ts'

/** Fills a TensorProto; data past the placement's limit is only referred to. */
export function writeTensor(
  message: ProtoWriter,
  tensor: Tensor,
  name: string,
  placement?: DataPlacement,
): void {
  message.ints(TENSOR.dims, tensor.dims).int(TENSOR.dataType, DTYPES[tensor.dtype].onnx)
  if (tensor instanceof StringTensor) for (const text of tensor.strings) message.text(TENSOR.stringData, text)
  if (name !== '') message.text(TENSOR.name, name)
  const placed = placement?.get(tensor)
  if (placement && placed) writeReference(message, placement.file, placed.offset, placed.length)
  else if (!(tensor instanceof StringTensor)) {
    const size = tensorByteLength(tensor)
    message.blob(TENSOR.rawData, { size, chunks: () => checkedChunks(tensor, size) })
  }
}

function writeReference(message: ProtoWriter, location: string, offset: number, length: number): void {
  const entries = { location, offset: String(offset), length: String(length) }
  for (const [key, value] of Object.entries(entries))
    message.message(TENSOR.externalData, (entry) => entry.text(ENTRY.key, key).text(ENTRY.value, value))
  message.int(TENSOR.dataLocation, EXTERNAL)
}
