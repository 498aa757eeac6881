import type { Dim } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { sameAsFirst } from '../inference/shared.ts'
import { operator, unary } from './schema.ts'

/** Normalisations keep the dims of X [N, C, …]. */
export const normalization = {
  /** The running statistics are given in training mode only. */
  batchNormalization: operator({
    op: 'BatchNormalization',
    since: 15,
    inputs: ['X', 'scale', 'B', 'input_mean', 'input_var'],
    outputs: ['Y', 'running_mean?', 'running_var?'],
    attributes: { epsilon: 'float', momentum: 'float', training_mode: 'int' },
    infer: inferBatchNormalization,
  }),
  dropout: operator({
    op: 'Dropout',
    since: 13,
    inputs: ['data', 'ratio?', 'training_mode?'],
    outputs: ['output', 'mask?'],
    attributes: { seed: 'int' },
    anyRank: true,
    infer: (context) => [...sameAsFirst(context), tensorInfo('bool', context.knownDims(0))],
  }),
  groupNormalization: operator({
    op: 'GroupNormalization',
    since: 21,
    inputs: ['X', 'scale', 'bias'],
    outputs: ['Y'],
    attributes: { epsilon: 'float', num_groups: 'int!', stash_type: 'int' },
    infer: sameAsFirst,
  }),
  instanceNormalization: operator({
    op: 'InstanceNormalization',
    since: 6,
    inputs: ['input', 'scale', 'B'],
    outputs: ['output'],
    attributes: { epsilon: 'float' },
    infer: sameAsFirst,
  }),
  layerNormalization: operator({
    op: 'LayerNormalization',
    since: 17,
    inputs: ['X', 'Scale', 'B?'],
    outputs: ['Y', 'Mean?', 'InvStdDev?'],
    attributes: { axis: 'int', epsilon: 'float', stash_type: 'int' },
    infer: inferLayerNormalization,
  }),
  lpNormalization: unary('LpNormalization', 1, ['input', 'output'], { axis: 'int', p: 'int' }),
  lrn: unary('LRN', 13, ['X', 'Y'], { alpha: 'float', beta: 'float', bias: 'float', size: 'int!' }),
  meanVarianceNormalization: unary('MeanVarianceNormalization', 13, ['X', 'Y'], { axes: 'ints' }),
} as const

function inferBatchNormalization(context: InferenceContext): OutputInfo[] {
  const [, channels = 1] = context.dims(0)
  checkPerChannel(context, channels)
  if (context.int('training_mode', 0) === 0) return sameAsFirst(context)
  const statistics = tensorInfo(context.dtype(3), context.dims(3))
  return [...sameAsFirst(context), statistics, statistics]
}

function checkPerChannel(context: InferenceContext, channels: Dim): void {
  const [given = channels] = context.dims(1)
  context.sameDim(channels, given, (wanted, found) => `X has ${wanted} channels and scale has ${found}`)
}

function inferLayerNormalization(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const axis = context.axis(context.int('axis', -1), dims.length)
  const stash = context.dtypeAttribute('stash_type') ?? 'float32'
  const statistics = tensorInfo(
    stash,
    dims.map((dim, index) => (index < axis ? dim : 1)),
  )
  return [...sameAsFirst(context), statistics, statistics]
}
