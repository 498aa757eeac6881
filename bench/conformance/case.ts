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

/** Tensors by their place; undefined where a sequence or an optional is recorded. */
export interface Recording {
  readonly inputs: readonly (Tensor | undefined)[]
  readonly outputs: readonly (Tensor | undefined)[]
}

/** What ONNX's own runner holds backends to, where a case says nothing. */
export const STANDARD_TOLERANCE: Tolerance = { relative: 1e-3, absolute: 1e-7 }

/** The bytes of one of a case's files (`input_0.pb`); undefined when there is none of that name. */
export type FileOf = (name: string) => Uint8Array | undefined

export const readRecording = (fileOf: FileOf): Recording => ({
  inputs: tensors(fileOf, 'input'),
  outputs: tensors(fileOf, 'output'),
})

function tensors(fileOf: FileOf, kind: 'input' | 'output'): (Tensor | undefined)[] {
  const found: (Tensor | undefined)[] = []
  for (let index = 0; ; index++) {
    const bytes = fileOf(`${kind}_${index}.pb`)
    if (!bytes) return found
    found.push(recordedTensor(bytes))
  }
}

/** A TensorProto. The files do not say what they hold: a SequenceProto or OptionalProto does not read as one. */
export function recordedTensor(bytes: Uint8Array): Tensor | undefined {
  const source = new MemorySource(bytes, 'recording')
  try {
    return readTensor(new ReadContext(source, new Model()), decodeTensor(ProtoMessage.of(source)))
  } catch (error) {
    if (error instanceof ModelError) return undefined
    throw error
  }
}
