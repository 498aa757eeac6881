import { adaptModel, readModel, verify } from '../../graph/index.ts'
import type { Format } from '../format.ts'
import { describeModel } from './describe.ts'
import { explained } from './explain.ts'
import { applyInputSpecs } from './input-specs.ts'

/**
 * ONNX files of opset 1 to 27, with model-local functions and external data. `?input=` fixes or renames dynamic dims, and
 * makes constants of inputs that are given a value.
 */
export const onnx: Format = {
  name: 'onnx',
  reads: ['onnx'],
  describe: describeModel,
  normalise: (source, options) => {
    const warnings: string[] = []
    const model = explained([], () => readModel(source, (warning) => warnings.push(warning)))
    applyInputSpecs(model, options.inputs)
    explained(options.inputs, () => {
      adaptModel(model)
      // A file may give a node inputs or attributes that its operator does not take: passes rely on a graph that keeps the rules.
      verify(model)
    })
    return { model, guards: [], assumptions: [], warnings }
  },
}
