import { type Dim, floorDiv, mul } from '../dims/index.ts'
import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { operator } from './schema.ts'

/** Blocks of an image's plane as channels, and back. */
export const spaceDepth = {
  depthToSpace: operator({
    op: 'DepthToSpace',
    since: 13,
    inputs: ['input'],
    outputs: ['output'],
    attributes: { blocksize: 'int!', mode: 'string' },
    infer: inferDepthToSpace,
  }),
  spaceToDepth: operator({
    op: 'SpaceToDepth',
    since: 13,
    inputs: ['input'],
    outputs: ['output'],
    attributes: { blocksize: 'int!' },
    infer: inferSpaceToDepth,
  }),
} as const

function imageDims(context: InferenceContext): readonly [Dim, Dim, Dim, Dim] {
  const [batch, channels, height, width, more] = context.dims(0)
  if (
    batch === undefined ||
    channels === undefined ||
    height === undefined ||
    width === undefined ||
    more !== undefined
  )
    return context.fail(`the input has rank ${context.rank(0)}, not 4`)
  return [batch, channels, height, width]
}

function inferDepthToSpace(context: InferenceContext): OutputInfo[] {
  const [batch, channels, height, width] = imageDims(context)
  const block = context.requiredInt('blocksize')
  const dims = [batch, floorDiv(channels, block * block), mul(height, block), mul(width, block)]
  return [tensorInfo(context.dtype(0), dims)]
}

function inferSpaceToDepth(context: InferenceContext): OutputInfo[] {
  const [batch, channels, height, width] = imageDims(context)
  const block = context.requiredInt('blocksize')
  const dims = [batch, mul(channels, block * block), floorDiv(height, block), floorDiv(width, block)]
  return [tensorInfo(context.dtype(0), dims)]
}
