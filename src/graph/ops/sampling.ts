import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { inferResize } from './resize.ts'
import { operator } from './schema.ts'

/** Sampling of images at other places. */
export const sampling = {
  /** theta [N, 2, 3] or [N, 3, 4] → grid [N, H, W, 2] or [N, D, H, W, 3]. */
  affineGrid: operator({
    op: 'AffineGrid',
    since: 20,
    inputs: ['theta', 'size'],
    outputs: ['grid'],
    attributes: { align_corners: 'int' },
    infer: inferAffineGrid,
  }),
  /** X [N, C, D1…], grid [N, E1…, axes] → [N, C, E1…]. */
  gridSample: operator({
    op: 'GridSample',
    since: 20,
    inputs: ['X', 'grid'],
    outputs: ['Y'],
    attributes: { align_corners: 'int', mode: 'string', padding_mode: 'string' },
    infer: (context) => {
      const [batch = 0, channels = 0] = context.dims(0)
      return [tensorInfo(context.dtype(0), [batch, channels, ...context.dims(1).slice(1, -1)])]
    },
  }),
  resize: operator({
    op: 'Resize',
    since: 19,
    inputs: ['X', 'roi?', 'scales?', 'sizes?'],
    outputs: ['Y'],
    attributes: {
      antialias: 'int',
      axes: 'ints',
      coordinate_transformation_mode: 'string',
      cubic_coeff_a: 'float',
      exclude_outside: 'int',
      extrapolation_value: 'float',
      keep_aspect_ratio_policy: 'string',
      mode: 'string',
      nearest_mode: 'string',
    },
    infer: inferResize,
  }),
} as const

function inferAffineGrid(context: InferenceContext): OutputInfo[] {
  const length = context.knownDims(1)?.[0]
  const axes = typeof length === 'number' ? length - 2 : context.dims(0)[1]
  if (typeof axes !== 'number') return context.fail('the number of spatial axes is not known')
  const [batch = 0] = context.dims(0)
  const spatial =
    context.content(1)?.slice(2) ?? Array.from({ length: context.newRank(axes) }, () => context.unbackedDim())
  return [tensorInfo(context.dtype(0), [batch, ...spatial, axes])]
}
