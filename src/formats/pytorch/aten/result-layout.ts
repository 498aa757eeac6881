import type { DimFacts } from '../../../graph/index.ts'
import {
  type CallArguments,
  isRowOrdered,
  type PyValue,
  type TensorHandle,
} from '../evaluator/values/index.ts'

/**
 * Operators whose results lie in an order of their own, row-major inputs or not (torch 2.13: strides of what they gave for
 * the samples of torch.testing and for batch-first recurrent layers).
 */
const OWN_ORDER: ReadonlySet<string> = new Set([
  '_native_multi_head_attention',
  '_transformer_encoder_layer_fwd',
  'argwhere',
  'einsum',
  'gru',
  'lstm',
  'nonzero',
  'quantile',
  'rnn_relu',
  'rnn_tanh',
  'rot90',
  'tensordot',
])

/** Operators whose results are row-major, whatever their inputs are (as measured likewise). */
const ROW_MAJOR: ReadonlySet<string> = new Set([
  '_softmax',
  'addmm',
  'all',
  'amax',
  'amin',
  'any',
  'baddbmm',
  'bmm',
  'contiguous',
  'cumsum',
  'embedding',
  'flatten',
  'gather',
  'layer_norm',
  'linear',
  'log_softmax',
  'logsumexp',
  'masked_fill',
  'matmul',
  'mm',
  'native_layer_norm',
  'norm',
  'prod',
  'ravel',
  'repeat',
  'repeat_interleave',
  'reshape',
  'reshape_as',
  'scatter',
  'scatter_add',
  'softmax',
  'std',
  'sum',
  'tile',
  'topk',
  'tril',
  'triu',
  'var',
])

/**
 * Notes where an operator's new tensors may not be row-major: most operators keep the order of their inputs' elements
 * (`x.t() + 1` is column-major too). Which strides they then have is left open.
 */
export function noteLayout(name: string, args: CallArguments, result: PyValue, facts: DimFacts): void {
  if (ROW_MAJOR.has(name)) return
  const given = [...args.positional, ...args.keyword.values()].flatMap(tensorsIn)
  const isReordered = OWN_ORDER.has(name) || args.keyword.has('memory_format')
  if (!isReordered && given.every((tensor) => isOrdered(tensor, facts))) return
  for (const made of tensorsIn(result))
    if (made.rank > 1 && made.isLaidOutAsNew && !given.includes(made))
      made.laidOut({ strides: undefined, offset: 0 })
}

function isOrdered(tensor: TensorHandle, facts: DimFacts): boolean {
  if (tensor.isLaidOutAsNew || tensor.rank < 2) return true
  const { strides } = tensor.layout
  return strides !== undefined && isRowOrdered({ dims: tensor.dims, strides }, facts)
}

const tensorsIn = (value: PyValue): TensorHandle[] => {
  if (value.kind === 'tensor') return [value]
  return value.kind === 'list' || value.kind === 'tuple' ? value.items.flatMap(tensorsIn) : []
}
