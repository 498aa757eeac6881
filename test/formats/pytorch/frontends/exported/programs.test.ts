import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { EngineTensor } from '../../../../../src/engine/index.ts'
import type { Model } from '../../../../../src/graph/index.ts'
import { runModel } from '../../../../support/run-model.ts'
import {
  engineTensorOf,
  fixturePath,
  type Recorded,
  readSamples,
  recorded,
} from '../../../../support/samples.ts'
import { convertFixture } from '../convert.ts'

const NAMES = readdirSync(fixturePath('exported-programs')).filter((name) => name.endsWith('.pt2'))
const VERSIONS = readdirSync(fixturePath('exported-versions')).filter((name) => name.endsWith('.pt2'))

/** bfloat16 has eight bits of a number: torch and onnxruntime round them at different places. */
const TOLERANCES = new Map([
  ['encoder.pt2', 2e-2],
  ['encoder.core.pt2', 2e-2],
])

describe('programs of torch.export give in onnxruntime what torch recorded, at two sizes', () => {
  it.each(NAMES)('%s', async (name) => {
    const { model } = convertFixture(`exported-programs/${name}`)
    await expectRecorded(model, `exported-programs/${name.split('.')[0]}`, TOLERANCES.get(name) ?? 1e-5)
  })
})

describe('files of every release of torch since 2.1 give what torch recorded', () => {
  it.each(VERSIONS)('%s', async (name) => {
    const { model } = convertFixture(`exported-versions/${name}`)
    await expectRecorded(model, `exported-versions/${name.split('-')[0]}`, 1e-5)
  })

  it('all twelve are there', () => {
    expect(VERSIONS).toHaveLength(24)
  })
})

async function expectRecorded(model: Model, stem: string, tolerance: number): Promise<void> {
  for (const suffix of ['', '-2']) {
    if (
      suffix !== '' &&
      !readdirSync(fixturePath(stem.split('/')[0] ?? '')).includes(`${stem.split('/')[1]}.samples-2.npz`)
    )
      return
    const recording = await readSamples(`${stem}.samples${suffix}.npz`)
    const names = [...recording.keys()].filter((key) => !key.startsWith('output:'))
    const feeds = model.graph.inputs.map((input, at) => {
      // Up to torch 2.3 some files do not say what the arguments are called.
      const name = recording.has(input.name) ? input.name : (names[at] ?? '')
      return [input.name, engineTensorOf(recorded(recording, name), input.dtype)] as const
    })
    const results = await runModel(model, Object.fromEntries(feeds))
    const outputs = [...recording.keys()].filter((key) => key.startsWith('output:'))
    expect([...results.keys()].map((key) => `output:${key}`)).toEqual(outputs)
    for (const [output, got] of results)
      expectClose(output, got, recorded(recording, `output:${output}`), tolerance)
  }
}

function expectClose(name: string, got: EngineTensor, wanted: Recorded, tolerance: number): void {
  expect([...got.dims].map(Number), name).toEqual(wanted.dims)
  const scale = Math.max(1, ...wanted.values.map(Math.abs))
  const values = Array.from(got.data as ArrayLike<number>, Number)
  const worst = Math.max(
    0,
    ...values.map((value, index) => Math.abs(value - (wanted.values[index] ?? Number.NaN))),
  )
  expect(worst / scale, name).toBeLessThan(tolerance)
}
