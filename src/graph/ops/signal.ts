import { add, type Dim, floorDiv, mul, sub } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { operator } from './schema.ts'

/** Fourier transforms; the last axis holds the real part, or real and imaginary part. */
export const signal = {
  dft: operator({
    op: 'DFT',
    since: 20,
    inputs: ['input', 'dft_length?', 'axis?'],
    outputs: ['output'],
    attributes: { inverse: 'int', onesided: 'int' },
    infer: inferDft,
  }),
  /** signal [N, length, 1 or 2] → [N, frames, bins, 2]. */
  stft: operator({
    op: 'STFT',
    since: 17,
    inputs: ['signal', 'frame_step', 'window?', 'frame_length?'],
    outputs: ['output'],
    attributes: { onesided: 'int' },
    infer: inferStft,
  }),
} as const

const uniqueBins = (length: Dim): Dim => add(floorDiv(length, 2), 1)

function inferDft(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const given = context.inputs[2] ? context.scalar(2) : -2
  const inverse = context.int('inverse', 0) !== 0
  const onesided = context.int('onesided', 0) !== 0
  if (typeof given !== 'number') {
    const keeps = !onesided && !context.inputs[1]
    const sizes = dims.slice(0, -1).map((dim) => (keeps ? dim : context.unbackedDim()))
    return [tensorInfo(context.dtype(0), [...sizes, inverse && onesided ? 1 : 2])]
  }
  const axis = context.axis(given, dims.length)
  const size = dims[axis] ?? 0
  const whole = inverse && onesided ? mul(sub(size, 1), 2) : size
  const length = context.inputs[1] ? (context.scalar(1) ?? context.unbackedDim()) : whole
  const bins = onesided && !inverse ? uniqueBins(length) : length
  const parts = inverse && onesided ? 1 : 2
  return [tensorInfo(context.dtype(0), dims.with(axis, bins).with(-1, parts))]
}

function inferStft(context: InferenceContext): OutputInfo[] {
  const [batch = 0, length = 0] = context.dims(0)
  const step = context.scalar(1)
  const frame = frameLength(context)
  const known = frame !== undefined && step !== undefined
  const frames = known ? add(floorDiv(sub(length, frame), step), 1) : context.unbackedDim()
  const size = frame ?? context.unbackedDim()
  const bins = context.int('onesided', 1) === 0 ? size : uniqueBins(size)
  return [tensorInfo(context.dtype(0), [batch, frames, bins, 2])]
}

function frameLength(context: InferenceContext): Dim | undefined {
  if (context.inputs[3]) return context.scalar(3)
  return context.inputs[2] ? context.dims(2)[0] : context.fail('neither window nor frame_length is given')
}
