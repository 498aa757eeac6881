import { ModelError } from '../../errors/index.ts'
import { type ByteSource, CANONICAL_OPSET, inferGraph } from '../../graph/index.ts'
import { readModel } from '../../graph/onnx/index.ts'
import type { FrontEndOptions, Normalised } from '../format.ts'
import { applyInputs } from './apply-inputs.ts'

/** @throws ModelError as `readModel` does, UNSUPPORTED_OPSET, and BAD_INPUT_SHAPE. */
export function normaliseOnnx(source: ByteSource, { inputs }: FrontEndOptions): Normalised {
  const model = readModel(source)
  const opset = model.opsets.get('')
  if (opset !== undefined && opset !== CANONICAL_OPSET) {
    throw new ModelError('UNSUPPORTED_OPSET', {
      what: `${source.name} is of opset ${opset}, and this version reads opset ${CANONICAL_OPSET}`,
      next: `Convert it with onnx.version_converter.convert_version(model, ${CANONICAL_OPSET})`,
    })
  }
  applyInputs(model, inputs)
  inferGraph(model)
  return { model, guards: [], assumptions: [], warnings: [], files: [] }
}
