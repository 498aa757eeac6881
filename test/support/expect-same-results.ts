import { expect } from 'vitest'
import type { EngineTensor } from '../../src/engine/index.ts'
import type { Model } from '../../src/graph/index.ts'
import { runModel } from './run-model.ts'

/** Both models give the same outputs for the same feeds, to `tolerance` of each output's scale. */
export async function expectSameResults(
  actual: Model,
  wanted: Model,
  feeds: Readonly<Record<string, EngineTensor>>,
  tolerance = 1e-6,
): Promise<void> {
  const [results, references] = [await runModel(actual, feeds), await runModel(wanted, feeds)]
  expect([...results.keys()]).toEqual([...references.keys()])
  for (const [name, reference] of references) {
    const result = results.get(name)
    expect(result?.dims, name).toEqual(reference.dims)
    const values = Array.from(reference.data, Number)
    const scale = Math.max(1, ...values.map(Math.abs))
    values.forEach((value, index) => {
      expect(Math.abs(Number(result?.data[index]) - value), `${name}[${index}]`).toBeLessThanOrEqual(
        tolerance * scale,
      )
    })
  }
}
