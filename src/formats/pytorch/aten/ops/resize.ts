import { tensorOf, type Value } from '../../../../graph/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

interface Interpolation {
  readonly mode: 'nearest' | 'linear' | 'cubic'
  readonly coordinates: string
  readonly nearest?: string
  readonly antialias?: boolean
}

/** PyTorch's nearest takes ⌊x·in/out⌋. */
const NEAREST: Interpolation = { mode: 'nearest', coordinates: 'asymmetric', nearest: 'floor' }
/** ⌊(x + ½)·in/out⌋ */
const NEAREST_EXACT: Interpolation = {
  mode: 'nearest',
  coordinates: 'half_pixel',
  nearest: 'round_prefer_ceil',
}
const LINEAR: Interpolation = { mode: 'linear', coordinates: 'half_pixel' }
const CUBIC: Interpolation = { mode: 'cubic', coordinates: 'half_pixel' }
const LINEAR_SMOOTH: Interpolation = { ...LINEAR, antialias: true }
const CUBIC_SMOOTH: Interpolation = { ...CUBIC, antialias: true }

/** Scale factors, where the call gives them: `scales`, `scales_h` …, or `scale_factors`. */
function scalesOf(args: Arguments, axes: number): readonly number[] | undefined {
  if (args.has('scale_factors')) return args.floats('scale_factors')
  const names = axes === 1 ? ['scales'] : ['scales_d', 'scales_h', 'scales_w'].slice(3 - axes)
  const scales = names.map((name) => args.optionalNumber(name))
  return scales.every((scale) => scale !== undefined) ? scales : undefined
}

/**
 * With sizes, positions follow from the ratio of sizes; with scale factors, from the factors themselves: PyTorch and ONNX
 * agree on both (unless the corners are aligned, where only sizes count).
 */
const resize =
  (interpolation: Interpolation): Evaluate =>
  (c, args) => {
    const x = args.has('input') ? args.value('input') : args.value('self')
    const spatial = x.dims.slice(2)
    const axes = spatial.map((_, axis) => axis + 2)
    const aligned = args.bool('align_corners')
    const scales = scalesOf(args, spatial.length)
    const options = {
      axes,
      mode: interpolation.mode,
      coordinate_transformation_mode: aligned ? 'align_corners' : interpolation.coordinates,
      nearest_mode: interpolation.nearest,
      cubic_coeff_a: interpolation.mode === 'cubic' ? (interpolation.antialias ? -0.5 : -0.75) : undefined,
      antialias: interpolation.antialias ? 1 : undefined,
    }
    const sizes = args.optionalInts('output_size')
    if (scales && (!sizes || !aligned)) return c.wrap(byScales(c, x, scales, options))
    return c.wrap(
      c.b.resize(x, { ...options, sizes: c.dims(sizes ?? c.fail('neither sizes nor scale factors')) }),
    )
  }

type ResizeOptions = NonNullable<Parameters<OperatorContext['b']['resize']>[1]>

const byScales = (c: OperatorContext, x: Value, scales: readonly number[], options: ResizeOptions): Value =>
  c.b.resize(x, { ...options, scales: c.b.constant(tensorOf('float32', [scales.length], scales)) })

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
  upsample_nearest1d: resize(NEAREST),
  upsample_nearest2d: resize(NEAREST),
  upsample_nearest3d: resize(NEAREST),
  _upsample_nearest_exact1d: resize(NEAREST_EXACT),
  _upsample_nearest_exact2d: resize(NEAREST_EXACT),
  _upsample_nearest_exact3d: resize(NEAREST_EXACT),
  upsample_linear1d: resize(LINEAR),
  upsample_bilinear2d: resize(LINEAR),
  upsample_trilinear3d: resize(LINEAR),
  upsample_bicubic2d: resize(CUBIC),
  _upsample_bilinear2d_aa: resize(LINEAR_SMOOTH),
  _upsample_bicubic2d_aa: resize(CUBIC_SMOOTH),
  grid_sampler: gridSampler,
  grid_sampler_2d: gridSampler,
}
