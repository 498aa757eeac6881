import { ModelError } from '../../src/errors/index.ts'
import { MemorySource, Model, type Tensor } from '../../src/graph/index.ts'
import { decodeTensor } from '../../src/graph/onnx/proto/decode-tensor.ts'
import { ReadContext } from '../../src/graph/onnx/read/context.ts'
import { readTensor } from '../../src/graph/onnx/read/tensor.ts'
import { ProtoMessage } from '../../src/graph/onnx/wire/message.ts'

/** A model of ONNX's backend tests with what it was recorded to give. */
export interface ConformanceCase {
  readonly name: string
  readonly model: Uint8Array
  readonly recordings: readonly Recording[]
  /** As `numpy.testing.assert_allclose` has it: |a − b| ≤ absolute + relative · |b|. */
  readonly tolerance: Tolerance
}

export interface Tolerance {
  readonly relative: number
  readonly absolute: number
}

export interface Recording {
  readonly inputs: readonly RecordedValue[]
  readonly outputs: readonly RecordedValue[]
}

/** The files do not say what they hold: read as a tensor and as a sequence of tensors, where it reads as one. */
export interface RecordedValue {
  readonly tensor: Tensor | undefined
  readonly sequence: readonly Tensor[] | undefined
}

/** What ONNX's own runner holds backends to, where a case says nothing. */
export const STANDARD_TOLERANCE: Tolerance = { relative: 1e-3, absolute: 1e-7 }

/** The bytes of one of a case's files (`input_0.pb`); undefined when there is none of that name. */
export type FileOf = (name: string) => Uint8Array | undefined

export const readRecording = (fileOf: FileOf): Recording => ({
  inputs: values(fileOf, 'input'),
  outputs: values(fileOf, 'output'),
})

function values(fileOf: FileOf, kind: 'input' | 'output'): RecordedValue[] {
  const found: RecordedValue[] = []
  for (let index = 0; ; index++) {
    const bytes = fileOf(`${kind}_${index}.pb`)
    if (!bytes) return found
    found.push(recordedValue(bytes))
  }
}

/** A TensorProto, or a SequenceProto. */
export function recordedValue(bytes: Uint8Array): RecordedValue {
  const source = new MemorySource(bytes, 'recording')
  const tensor = (message: ProtoMessage) =>
    readTensor(new ReadContext(source, new Model()), decodeTensor(message))
  return {
    tensor: readable(() => tensor(ProtoMessage.of(source))),
    sequence: readable(() => {
      const fields = [...ProtoMessage.of(source).fields()]
      return fields
        .filter(({ number }) => number === SEQUENCE_TENSORS)
        .map((field) => tensor(field.asMessage()))
    }),
  }
}

/** `tensor_values` of SequenceProto: https://github.com/onnx/onnx/blob/main/onnx/onnx-data.proto */
const SEQUENCE_TENSORS = 3

function readable<Result>(read: () => Result): Result | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof ModelError) return undefined
    throw error
  }
}
