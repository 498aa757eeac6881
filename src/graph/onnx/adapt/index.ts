import type { Adapter } from './adapter.ts'
import { broadcasts, gemm, prelu } from './broadcast.ts'
import { cast } from './cast.ts'
import { clip } from './clip.ts'
import { concat } from './concat.ts'
import { dft } from './dft.ts'
import { doubleActivations } from './double-activations.ts'
import { dropout } from './dropout.ts'
import { NEWER } from './newer/index.ts'
import { batchNormalization, groupNormalization } from './normalization.ts'
import { pad } from './pad.ts'
import { globalLpPool, pools } from './pool.ts'
import { recurrent } from './recurrent.ts'
import { reductions } from './reduce.ts'
import { reshape } from './reshape.ts'
import { gridSample, resize, roiAlign, upsample } from './resize.ts'
import { scan } from './scan.ts'
import { scatter } from './scatter.ts'
import { sequenceMap } from './sequence-map.ts'
import { slice } from './slice.ts'
import { hardmax, logSoftmax, softmax } from './softmax.ts'
import { split } from './split.ts'
import { squeeze, unsqueeze } from './squeeze.ts'
import { tile } from './tile.ts'
import { topK } from './top-k.ts'

/**
 * What changed between the first opset and the canonical one such that a file notices. Every other change admits more types,
 * more ranks, negative axes, or an attribute whose default is what was before. Activations in float64 lose a body instead.
 */
export const ADAPTERS: readonly Adapter[] = [
  batchNormalization,
  ...broadcasts,
  cast,
  clip,
  concat,
  dft,
  ...doubleActivations,
  dropout,
  gemm,
  globalLpPool,
  gridSample,
  groupNormalization,
  hardmax,
  logSoftmax,
  ...NEWER,
  pad,
  ...pools,
  prelu,
  ...recurrent,
  ...reductions,
  reshape,
  resize,
  roiAlign,
  scan,
  scatter,
  sequenceMap,
  slice,
  softmax,
  split,
  squeeze,
  tile,
  topK,
  unsqueeze,
  upsample,
]
