import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { EngineTensor } from '../../../../src/engine/index.ts'
import type { FrontEndOptions } from '../../../../src/formats/index.ts'
import type { InputSpec } from '../../../../src/graph/index.ts'
import { runModel } from '../../../support/run-model.ts'
import {
  engineTensorOf,
  fixturePath,
  type Recorded,
  readSamples,
  recorded,
} from '../../../support/samples.ts'
import { convertFixture } from './convert.ts'

type Form = 'trace' | 'script' | 'weights'

interface SmallModel {
  readonly name: string
  readonly inputs: readonly {
    readonly name: string
    readonly dtype: string
    readonly dims: readonly (number | string)[]
  }[]
  /** Sizes of the first recording, by dim. */
  readonly hints: Readonly<Record<string, number>>
  readonly forms: readonly Form[]
}

const MODELS: readonly SmallModel[] = JSON.parse(
  readFileSync(fixturePath('small-models/models.json'), 'utf8'),
)

const CASES = MODELS.flatMap((model) =>
  model.forms.map((form) => [`${model.name}.${form}`, model, form] as const),
)

function inputsOf(model: SmallModel): InputSpec[] {
  return model.inputs.map(({ name, dtype, dims }) => ({
    name,
    dtype: dtype === 'i64' ? 'int64' : 'float32',
    dims: dims.map((dim) => (typeof dim === 'number' ? dim : { name: dim, hint: model.hints[dim] })),
  }))
}

describe('models of the kind people write give what torch gives, at two sizes', () => {
  it.each(CASES)('%s', async (_, small, form) => {
    const network: Partial<FrontEndOptions> =
      form === 'weights' ? { arch: `./${small.name}.py`, class: 'Net' } : {}
    const { model, guards } = convertFixture(`small-models/${small.name}.${form}.pth`, {
      ...network,
      inputs: inputsOf(small),
    })
    expect(guards).toEqual([])
    for (const run of ['samples', 'samples-2']) {
      const samples = await readSamples(`small-models/${small.name}.${run}.npz`)
      const feeds = Object.fromEntries(
        model.graph.inputs.map(({ name, dtype }) => [name, engineTensorOf(recorded(samples, name), dtype)]),
      )
      const results = await runModel(model, feeds)
      // Traces know no fields: results are compared in order.
      const expected = [...samples].filter(([name]) => name.startsWith('output:'))
      expect(results.size).toBe(expected.length)
      for (const [index, got] of [...results.values()].entries()) {
        const [name = '', wanted] = expected[index] ?? []
        if (wanted) expectClose(got, wanted, `${run} ${name}`)
      }
    }
  })
})

function expectClose(got: EngineTensor | undefined, wanted: Recorded, where: string): void {
  expect(got?.dims.map(Number), where).toEqual(wanted.dims)
  const scale = Math.max(...wanted.values.map(Math.abs))
  const values = Array.from((got?.data ?? []) as ArrayLike<number>, Number)
  const worst = Math.max(...wanted.values.map((value, at) => Math.abs(value - (values[at] ?? Number.NaN))))
  expect(worst / scale, where).toBeLessThan(1e-4)
}
