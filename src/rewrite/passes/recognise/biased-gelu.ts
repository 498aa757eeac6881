import type { Model, Node, Value } from '../../../graph/index.ts'
import { builderAt } from '../../match/edit.ts'
import { gainsBy } from '../../match/fused.ts'
import { isSameType } from '../../match/types.ts'
import { isReadOnlyBy, producerOf } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'

/**
 * Takes the bias of a MatMul into the GELU behind it. Left to itself onnxruntime makes a Gemm between two Reshapes of
 * MatMul and Add where all sizes are fixed.
 */
export const recogniseBiasedGelu: Pass = {
  name: 'recognise-biased-gelu',
  level: 'all',
  operators: [['Gelu']],
  run(model, { target }) {
    let recognised = 0
    for (const node of model.graph.allNodes()) {
      if (node.op !== 'Gelu' || node.domain !== '') continue
      const isFast = node.attribute('approximate', 'string') === 'tanh'
      const biased = gainsBy(target, isFast ? 'FastGelu' : 'BiasGelu', node.input(0)) && biasOf(node)
      if (!biased) continue
      replace(model, node, biased, isFast)
      recognised++
    }
    return { activation: recognised }
  },
}

interface Biased {
  readonly input: Value
  readonly bias: Value
}

function biasOf(gelu: Node): Biased | undefined {
  const sum = gelu.input(0)
  const add = producerOf(sum, 'Add', gelu)
  if (!add || !isReadOnlyBy(sum, gelu)) return undefined
  const side = add.inputs.findIndex((input) => input?.tensor?.dims.length === 1)
  const [bias, input] = [add.inputs[side], add.inputs[1 - side]]
  if (side < 0 || !bias || !input || !producerOf(input, 'MatMul', gelu)) return undefined
  return bias.dims[0] === sum.dims.at(-1) && isSameType(input, sum) ? { input, bias } : undefined
}

function replace(model: Model, gelu: Node, { input, bias }: Biased, isFast: boolean): void {
  const b = builderAt(model, gelu)
  const { name } = gelu.output
  gelu.output.replaceUsesWith(isFast ? b.fastGelu(input, { bias, name }) : b.biasGelu(input, bias, { name }))
}
