import type { Adapter } from './adapter.ts'
import { clip } from './clip.ts'
import { dft } from './dft.ts'
import { dropout } from './dropout.ts'
import { batchNormalization, groupNormalization } from './normalization.ts'
import { pad } from './pad.ts'
import { reductions } from './reduce.ts'
import { gridSample, resize, roiAlign, upsample } from './resize.ts'
import { scan } from './scan.ts'
import { scatter } from './scatter.ts'
import { slice } from './slice.ts'
import { hardmax, logSoftmax, softmax } from './softmax.ts'
import { split } from './split.ts'
import { squeeze, unsqueeze } from './squeeze.ts'
import { topK } from './top-k.ts'

/**
 * What changed between opset 7 and the canonical one such that a file notices. Every other change admits more types,
 * more ranks, negative axes, or an attribute whose default is what was before.
 */
export const ADAPTERS: readonly Adapter[] = [
  batchNormalization,
  clip,
  dft,
  dropout,
  gridSample,
  groupNormalization,
  hardmax,
  logSoftmax,
  pad,
  ...reductions,
  resize,
  roiAlign,
  scan,
  scatter,
  slice,
  softmax,
  split,
  squeeze,
  topK,
  unsqueeze,
  upsample,
]
