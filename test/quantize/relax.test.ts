import { describe, expect, it } from 'vitest'
import { type Tensor, tensorOf } from '../../src/graph/index.ts'
import { type LayerScheme, type Limits, type Measure, relax, type Trial } from '../../src/quantize/index.ts'

/**
 * What each layer takes of the budget, by form; layers add, and `interplay` multiplies the whole of two or more. A limit of int8
 * ends in float where `cannotStore`.
 */
interface Layer {
  readonly cannotStore?: boolean
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
  const formOf = ({ tensor, form, cannotStore }: Layer, limits: Limits): LayerScheme => {
    const limit = limits.get(tensor)?.scheme
    return limit === 'int8-weights' && cannotStore ? 'float32' : (limit ?? form)
  }
  const costOf = (limits: Limits): number[] => {
    const used = layers.map((layer) => layer.costs[formOf(layer, limits)] ?? [0, 0])
    const active = used.filter((parts) => parts.some((part) => part > 0)).length
    return [0, 1].map(
      (output) => (active > 1 ? interplay : 1) * used.reduce((sum, parts) => sum + (parts[output] ?? 0), 0),
    )
  }
  const trialOf = (limits: Limits): Trial => {
    const forms = layers.map((layer) => [layer.tensor, formOf(layer, limits)] as const)
    return { use: costOf(limits), forms: new Map(forms.filter(([, form]) => form !== 'float32')) }
  }
  const measure: Measure = async (limits) => {
    runs.push(limits)
    return trialOf(limits)
  }
  return { runs, costOf, find: (trials?: number) => relax(trialOf(new Map()), measure, trials) }
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

  it.each(['int8-weights', 'int8-dynamic'] as const)(
    'needs no more than 52 runs when all of 200 layers (%s) cost',
    async (form) => {
      const layers = Array.from({ length: 200 }, (_, at) =>
        layer(form, { 'int8-dynamic': [0.04 + at / 2000, 0.1], 'int8-weights': [0.01 + at / 5000, 0.01] }),
      )
      const { find, costOf, runs } = bench(layers)
      const limits = await find()
      expect(costOf(limits ?? new Map())[0]).toBeLessThanOrEqual(1)
      expect(schemes(layers, limits)).toContain(form === 'int8-dynamic' ? 'int8-weights' : undefined)
      expect(runs.length).toBeLessThanOrEqual(52)
      expect([...(limits?.values() ?? [])][0]?.reason).toMatch(/it and \d+ others would /)
      const again = bench(layers)
      expect([...((await again.find()) ?? [])]).toEqual([...(limits ?? [])])
      expect(again.runs).toEqual(runs)
    },
  )

  it('finds a coarser answer in the fewer trials that a heavy model has', async () => {
    const layers = Array.from({ length: 40 }, (_, at) =>
      layer('int8-weights', { 'int8-weights': [at === 7 ? 3 : 0.01, 0] }),
    )
    const { find, costOf, runs } = bench(layers)
    const limits = await find(13)
    expect(runs.length).toBeLessThanOrEqual(13)
    expect(costOf(limits ?? new Map())[0]).toBeLessThanOrEqual(1)
    expect(schemes(layers, limits)[7]).toBe('float32')
    expect(limits?.size).toBeLessThan(40)
  })

  it('knows that a layer which storing would not make smaller is float already', async () => {
    const layers = [
      { ...layer('int8-dynamic', { 'int8-dynamic': [3, 0], 'int8-weights': [2, 0] }), cannotStore: true },
      layer('int8-dynamic', { 'int8-dynamic': [2, 0], 'int8-weights': [0.5, 0] }),
    ]
    expect(schemes(layers, await bench(layers).find())).toEqual(['int8-weights', 'int8-weights'])
    const alone = [{ ...layer('int8-dynamic', { 'int8-dynamic': [3, 0] }), cannotStore: true }]
    expect(await bench(alone).find()).toBeUndefined()
  })
})
