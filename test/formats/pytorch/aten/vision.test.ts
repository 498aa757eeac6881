import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runModel } from '../../../support/run-model.ts'
import { fixturePath } from '../../../support/samples.ts'
import { convertFixture } from '../frontends/convert.ts'

interface Recorded {
  readonly dtype: string
  readonly dims: readonly number[]
  readonly data: readonly number[]
}

interface Run {
  readonly inputs: Readonly<Record<string, Recorded>>
  readonly output: Recorded
}

const CASES: Readonly<Record<string, readonly Run[]>> = JSON.parse(
  readFileSync(fixturePath('vision/cases.json'), 'utf8'),
)

const named = (name: string, { dims }: Recorded) => ({
  name,
  dtype: 'float32' as const,
  dims: dims.map((size, axis) => (isOpen(name, axis) ? { name: openName(name, axis), hint: size } : size)),
})

/** What differs between the two runs. */
const isOpen = (name: string, axis: number): boolean =>
  name === 'boxes' || name === 'scores' ? axis === 0 : name !== 'x' ? axis > 1 : axis > 1
const openName = (name: string, axis: number): string =>
  name === 'boxes' || name === 'scores' ? 'K' : axis === 2 ? 'H' : 'W'

describe("torchvision's operators give what torchvision gives, at two sizes", () => {
  it.each(Object.entries(CASES))('%s', async (method, runs) => {
    const [first] = runs
    const inputs = Object.entries(first?.inputs ?? {}).map(([name, value]) => named(name, value))
    const { model } = convertFixture('vision/vision.pt', { method, inputs })
    for (const { inputs: given, output } of runs) {
      const feeds = Object.fromEntries(
        Object.entries(given).map(([name, { dims, data }]) => [
          name,
          { dtype: 'float32' as const, dims, data: Float32Array.from(data) },
        ]),
      )
      const [got] = (await runModel(model, feeds)).values()
      expect(got).toMatchObject({ dtype: output.dtype, dims: output.dims })
      const scale = Math.max(1, ...output.data.map(Math.abs))
      const difference = Array.from(got?.data ?? [], Number).map((value, at) =>
        Math.abs(value - (output.data[at] ?? Number.NaN)),
      )
      expect(Math.max(...difference) / scale).toBeLessThan(output.dtype === 'int64' ? 1e-9 : 1e-5)
    }
  })
})
