import { gainsBy } from '../../../match/fused.ts'
import type { Pass } from '../../../pass.ts'
import { attentionAround } from './attention.ts'
import { Masks } from './masks.ts'
import { replace } from './replace.ts'

/**
 * Puts one MultiHeadAttention for softmax(Q·Kᵀ·scale + mask)·V with the movement that splits tokens by heads and joins
 * them again. The projections stay the MatMuls that they are: quantisation wants to see them.
 */
export const recogniseAttention: Pass = {
  name: 'recognise-attention',
  level: 'all',
  operators: [['Softmax'], ['MatMul']],
  run(model, { target }) {
    let recognised = 0
    const masks = new Masks()
    for (const node of model.graph.allNodes()) {
      const attention = node.op === 'Softmax' && node.domain === '' ? attentionAround(node) : undefined
      if (!attention || !gainsBy(target, 'MultiHeadAttention', attention.query.value)) continue
      replace(model, masks, attention)
      recognised++
    }
    return { attention: recognised }
  },
}
