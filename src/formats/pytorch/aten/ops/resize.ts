import { composites } from '../../../../graph/index.ts'
import type { Arguments } from '../arguments.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

type Mode = Parameters<typeof composites.interpolate>[3]['mode']

/** Scale factors, where the call gives them: `scales`, `scales_h` …, or `scale_factors`. */
function scalesOf(args: Arguments, axes: number): readonly number[] | undefined {
  if (args.has('scale_factors')) return args.floats('scale_factors')
  const names = axes === 1 ? ['scales'] : ['scales_d', 'scales_h', 'scales_w'].slice(3 - axes)
  const scales = names.map((name) => args.optionalNumber(name))
  return scales.every((scale) => scale !== undefined) ? scales : undefined
}

/** Places follow from the scale factors where there are any (unless corners are aligned), else from the sizes. */
const interpolate =
  (mode: Mode, antialias = false): Evaluate =>
  (c, args) => {
    const x = args.has('input') ? args.value('input') : args.value('self')
    const alignCorners = args.bool('align_corners')
    const sizes = args.optionalInts('output_size')
    const scales = scalesOf(args, x.rank - 2)
    const target = scales && (!sizes || !alignCorners) ? { scales } : sizes && { sizes }
    if (!target) return c.fail('neither sizes nor scale factors are given')
    return c.wrap(composites.interpolate(c.b, x, target, { mode, alignCorners, antialias }))
  }

const GRID_MODES = ['linear', 'nearest', 'cubic']
const GRID_PADDINGS = ['zeros', 'border', 'reflection']

const gridSampler: Evaluate = (c, args) => {
  const mode = GRID_MODES[args.number('interpolation_mode')]
  const padding_mode = GRID_PADDINGS[args.number('padding_mode')]
  const align_corners = args.bool('align_corners') ? 1 : 0
  return c.wrap(
    c.b.gridSample(args.value('input'), args.value('grid'), { mode, padding_mode, align_corners }),
  )
}

/** Resampling. */
export const RESIZE: OperatorTable = {
  upsample_nearest1d: interpolate('nearest'),
  upsample_nearest2d: interpolate('nearest'),
  upsample_nearest3d: interpolate('nearest'),
  _upsample_nearest_exact1d: interpolate('nearest-exact'),
  _upsample_nearest_exact2d: interpolate('nearest-exact'),
  _upsample_nearest_exact3d: interpolate('nearest-exact'),
  upsample_linear1d: interpolate('linear'),
  upsample_bilinear2d: interpolate('bilinear'),
  upsample_trilinear3d: interpolate('trilinear'),
  upsample_bicubic2d: interpolate('bicubic'),
  _upsample_bilinear2d_aa: interpolate('bilinear', true),
  _upsample_bicubic2d_aa: interpolate('bicubic', true),
  grid_sampler: gridSampler,
  grid_sampler_2d: gridSampler,
}
