import type { ByteSource } from '../../graph/index.ts'
import { adaptModel, readModel } from '../../graph/onnx/index.ts'
import type { FrontEndOptions, Normalised } from '../format.ts'
import { applyInputs } from './apply-inputs.ts'

/** @throws ModelError as `readModel` and `adaptModel` do, and BAD_INPUT_SHAPE. */
export function normaliseOnnx(source: ByteSource, { inputs }: FrontEndOptions): Normalised {
  const model = readModel(source)
  applyInputs(model, inputs)
  adaptModel(model)
  return { model, guards: [], assumptions: [], warnings: [], files: [] }
}
