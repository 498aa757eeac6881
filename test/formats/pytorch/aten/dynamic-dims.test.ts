import { describe, expect, it } from 'vitest'
import { dimName } from '../../../../src/graph/index.ts'
import { runModel } from '../../../support/run-model.ts'
import { callSource } from '../call-source.ts'

const N = { name: 'N', hint: 2 }
const W = { name: 'W', hint: 9 }

const shapeOf = (source: string, dims: Parameters<typeof callSource>[1]): readonly string[] =>
  callSource([`return ${source}`], dims).model.graph.outputs.flatMap(({ value }) => value.dims.map(dimName))

describe('dims of results are told in the dims of the input', () => {
  it.each([
    ['x.roll(1, 1)', ['N', 'W']],
    ['x.roll(3, 1)', ['N', 'W']],
    ['x.roll(-2, 1)', ['N', 'W']],
    ['x.roll((2, -3), (0, 1))', ['N', 'W']],
    ['x.roll(x.shape[1] // 2, 1)', ['N', 'W']],
    ['torch.roll(x, 5)', ['N', 'W']],
    ["F.interpolate(x[None], scale_factor=1.3, mode='linear')", ['1', 'N', 'floor((13*W)/10)']],
    ['F.interpolate(x[None], scale_factor=0.3)', ['1', 'N', 'floor((3*W)/10)']],
    ['F.interpolate(x[None], scale_factor=1 / 3)', ['1', 'N', 'floor(W/3)']],
    ['F.interpolate(x[None], scale_factor=2.5)', ['1', 'N', 'floor((5*W)/2)']],
    ['F.interpolate(x[None, None], scale_factor=(1.3, 2.0))', ['1', '1', 'floor((13*N)/10)', '2*W']],
  ])('%s', (source, dims) => {
    expect(shapeOf(source, [N, W])).toEqual(dims)
  })

  it('a scale that serves no fraction at all sizes does within the bounds of one', () => {
    const source = 'F.interpolate(x[None], scale_factor=0.7)'
    expect(shapeOf(source, [N, { ...W, max: 64 }])).toEqual(['1', 'N', 'floor((7*W)/10)'])
    expect(shapeOf(source, [N, W]).at(-1)).toMatch(/^u\d+$/)
  })
})

describe('sizes that a scale gives are those of torch, ⌊size · scale⌋ in double', () => {
  it.each([1.3, 0.29, 0.7, 1.1, 1 / 3, 2.9, 0.57, 1.15, 0.6])('%d', async (scale) => {
    const { model } = callSource([`return F.interpolate(x[None], scale_factor=${scale})`], [1, W])
    for (const size of [10, 20, 50, 70, 100, 200, 1000, 3000]) {
      const data = Float32Array.from({ length: size }, (_, at) => at)
      const result = await runModel(model, { x: { dtype: 'float32', dims: [1, size], data } })
      expect(result.get('output')?.dims).toEqual([1, 1, Math.floor(size * scale)])
    }
  })
})

describe('modes that copy an axis which the scale leaves as it is need one that it changes', () => {
  const guardsOf = (call: string) => callSource([`return F.interpolate(x[None], ${call})`], [N, W]).guards

  it.each([
    ['scale_factor=1.3', 'W >= 4'],
    ["scale_factor=1.3, mode='linear'", 'W >= 4'],
    ['scale_factor=1.5', 'W >= 2'],
  ])('%s', (call, assumed) => {
    expect(guardsOf(call)).toEqual([{ dim: 'W', assumed, at: 'case.py:6' }])
  })

  it.each(["scale_factor=1.3, mode='nearest-exact'", 'scale_factor=2', 'scale_factor=0.7', 'size=7'])(
    '%s needs nothing',
    (call) => {
      expect(guardsOf(call)).toEqual([])
    },
  )
})

it('a group normalisation of a dynamic number of channels is refused, as no mistake of the model', () => {
  expect(() => callSource(['return F.group_norm(x[None], 3)'], [{ name: 'C', hint: 6 }, W])).toThrow(
    /UNSUPPORTED_CONSTRUCT.*dynamic number of channels C.*3 groups.*Fix that size/s,
  )
  expect(() => callSource(['return F.group_norm(x[None], 3)'], [5, W])).toThrow(
    /5 channels do not make 3 groups/,
  )
})
