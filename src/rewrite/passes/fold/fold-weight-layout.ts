import { createBuilder, type Model, type Node, reshapedTensor, type Tensor } from '../../../graph/index.ts'
import { transposedTensor } from '../../match/transposed-tensor.ts'
import type { Pass } from '../../pass.ts'

const RESHAPING: ReadonlySet<string> = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten'])

/**
 * Applies Transpose and the reshaping operators to weights of any size, lazily: the bytes are moved when the model is
 * written. (`x @ W.t()` is how every PyTorch Linear arrives.) A weight that is also read in its old layout stays, since
 * two layouts of it would be stored.
 */
export const foldWeightLayout: Pass = {
  name: 'fold-weight-layout',
  level: 'basic',
  operators: [['Transpose', ...RESHAPING]],
  run(model) {
    let folded = 0
    for (const node of model.graph.allNodes()) if (fold(model, node)) folded++
    return { weight: folded }
  },
}

function fold(model: Model, node: Node): boolean {
  const weight = node.domain === '' ? node.inputs[0] : undefined
  const tensor = weight?.tensor
  if (!weight || !tensor || tensor.dtype === 'string' || !node.output.isUsed) return false
  if (weight.soleUser !== node) return false
  const moved = relaid(node, tensor)
  if (!moved) return false
  const b = createBuilder(model, { graph: node.graph, before: node })
  node.output.replaceUsesWith(b.constant(moved, weight.name))
  return true
}

function relaid(node: Node, tensor: Tensor): Tensor | undefined {
  if (node.op === 'Transpose') return transposedTensor(tensor, node.attribute('perm', 'ints'))
  if (!RESHAPING.has(node.op)) return undefined
  const { dims } = node.output
  return dims.every((dim) => typeof dim === 'number') ? reshapedTensor(tensor, dims) : undefined
}
