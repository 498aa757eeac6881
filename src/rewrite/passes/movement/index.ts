import type { Pass } from '../../pass.ts'
import { dropExpands } from './broadcasts/drop-expands.ts'
import { mergeCasts } from './chains/merge-casts.ts'
import { mergeConcats } from './chains/merge-concats.ts'
import { mergePads } from './chains/merge-pads.ts'
import { mergeReductions } from './chains/merge-reductions.ts'
import { mergeReshapes } from './chains/merge-reshapes.ts'
import { mergeSlices } from './chains/merge-slices.ts'
import { mergeTransposedReshape } from './chains/merge-transposed-reshape.ts'
import { narrowGatherIndices } from './chains/narrow-gather-indices.ts'
import { recogniseDepthSpace } from './chains/recognise-depth-space.ts'
import { splitSlices } from './chains/split-slices.ts'
import { takeSlices } from './chains/take-slices.ts'
import { unflattenProducts } from './chains/unflatten-products.ts'
import { resolveSequences } from './sequences/resolve-sequences.ts'
import { fixShapes } from './shapes/fix-shapes.ts'
import { shareSizes } from './shapes/share-sizes.ts'
import { foldIntoProduct } from './transposes/fold-into-product.ts'
import { mergeMovedOnes } from './transposes/merge-moved-ones.ts'
import { pushTransposes } from './transposes/push-transposes.ts'

/**
 * What only moves elements. Shapes come first: without their arithmetic, chains are seen to be chains. Transposes go before
 * what would make Reshapes of them.
 */
export const MOVEMENT: readonly Pass[] = [
  resolveSequences,
  fixShapes,
  shareSizes,
  dropExpands,
  takeSlices,
  narrowGatherIndices,
  mergeMovedOnes,
  pushTransposes,
  foldIntoProduct,
  unflattenProducts,
  mergeReductions,
  mergeReshapes,
  recogniseDepthSpace,
  mergeTransposedReshape,
  mergeSlices,
  splitSlices,
  mergeConcats,
  mergePads,
  mergeCasts,
]
