import { describe, expect, it } from 'vitest'
import { type Tensor, tensorOf } from '../../src/graph/index.ts'
import { type LayerScheme, type Limits, type Measure, relax } from '../../src/quantize/index.ts'

/** What each layer takes of the budget, by form; layers add, and `interplay` multiplies the whole of two or more. */
interface Layer {
  readonly tensor: Tensor
  readonly form: LayerScheme
  readonly costs: Partial<Record<LayerScheme, readonly number[]>>
}

const layer = (form: LayerScheme, costs: Layer['costs']): Layer => ({
  tensor: tensorOf('float32', [1], [0]),
  form,
  costs,
})

function bench(layers: readonly Layer[], interplay = 1) {
  const runs: Limits[] = []
  const costOf = (limits: Limits): number[] => {
    const used = layers.map(({ tensor, form, costs }) => costs[limits.get(tensor)?.scheme ?? form] ?? [0, 0])
    const active = used.filter((parts) => parts.some((part) => part > 0)).length
    return [0, 1].map(
      (output) => (active > 1 ? interplay : 1) * used.reduce((sum, parts) => sum + (parts[output] ?? 0), 0),
    )
  }
  const measure: Measure = async (limits) => {
    runs.push(limits)
    return costOf(limits)
  }
  const forms = new Map(layers.map(({ tensor, form }) => [tensor, form] as const))
  return { runs, costOf, find: () => relax({ forms, use: costOf(new Map()) }, measure) }
}

const schemes = (layers: readonly Layer[], limits: Limits | undefined) =>
  layers.map(({ tensor }) => limits?.get(tensor)?.scheme)

describe('putting layers into finer forms', () => {
  it('takes integer compute back to storage where that is enough', async () => {
    const layers = [
      layer('int8-dynamic', { 'int8-dynamic': [3, 0], 'int8-weights': [0.1, 0] }),
      layer('int8-dynamic', { 'int8-dynamic': [0.2, 0.1] }),
    ]
    const limits = await bench(layers).find()
    expect(schemes(layers, limits)).toEqual(['int8-weights', undefined])
    expect([...(limits?.values() ?? [])][0]?.reason).toBe(
      'computed in integers, it alone would take 300 % of the error allowed',
    )
  })

  it('goes on to float where storage costs too much as well', async () => {
    const layers = [
      layer('int8-dynamic', { 'int8-dynamic': [0, 40], 'int8-weights': [0, 20] }),
      layer('int8-weights', { 'int8-weights': [0.2, 0.1] }),
    ]
    const limits = await bench(layers).find()
    expect(schemes(layers, limits)).toEqual(['float32', undefined])
    expect([...(limits?.values() ?? [])][0]?.reason).toBe(
      'stored in int8, it alone would make 20 times the error allowed',
    )
  })

  it('looks at the output that misses, and not at the layer that costs most elsewhere', async () => {
    const layers = [
      layer('fp16', { fp16: [0.8, 0] }),
      layer('fp16', { fp16: [0, 1.2] }),
      layer('fp16', { fp16: [0, 0.3] }),
    ]
    expect(schemes(layers, await bench(layers).find())).toEqual([undefined, 'float32', undefined])
  })

  it('takes back more where layers cost more together than alone', async () => {
    const layers = Array.from({ length: 4 }, () => layer('int8-weights', { 'int8-weights': [0.4, 0] }))
    const { find, costOf } = bench(layers, 3)
    const limits = await find()
    expect(costOf(limits ?? new Map())[0]).toBeLessThanOrEqual(1)
    expect(schemes(layers, limits).filter((scheme) => scheme === undefined)).toHaveLength(1)
  })

  it('finds two costly layers among many in few runs', async () => {
    const layers = Array.from({ length: 128 }, (_, at) =>
      layer('int8-weights', { 'int8-weights': [at === 5 || at === 90 ? 2 : 1e-5, 0] }),
    )
    const { find, runs } = bench(layers)
    const limits = await find()
    expect([...(limits?.keys() ?? [])]).toEqual([layers[5]?.tensor, layers[90]?.tensor])
    expect(runs.length).toBeLessThan(40)
  })

  it('takes back a layer that makes an output infinite', async () => {
    const layers = [layer('fp16', { fp16: [Number.POSITIVE_INFINITY, 0] }), layer('fp16', { fp16: [0.1, 0] })]
    const limits = await bench(layers).find()
    expect(schemes(layers, limits)).toEqual(['float32', undefined])
    expect([...(limits?.values() ?? [])][0]?.reason).toContain(
      'it alone would make an output infinite or NaN',
    )
  })

  it('gives up where nothing may stay quantised', async () => {
    const layers = [layer('int8-weights', { 'int8-weights': [9, 0] }), layer('fp16', { fp16: [0, 7] })]
    expect(await bench(layers).find()).toBeUndefined()
  })
})
