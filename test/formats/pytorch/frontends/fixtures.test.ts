import { describe, expect, it } from 'vitest'
import type { EngineTensor } from '../../../../src/engine/index.ts'
import type { FrontEndOptions } from '../../../../src/formats/index.ts'
import type { DimSpec, InputSpec } from '../../../../src/graph/index.ts'
import { runModel } from '../../../support/run-model.ts'
import { engineTensorOf, type Recorded, readSamples, recorded } from '../../../support/samples.ts'
import { convertFixture } from './convert.ts'

const dims = (...specs: readonly (number | string)[]): readonly DimSpec[] =>
  specs.map((spec) => (typeof spec === 'number' ? spec : { name: spec }))

const image = (...specs: readonly (number | string)[]): InputSpec => ({ name: 'image', dims: dims(...specs) })
const network = { arch: './model.py', class: 'Net' } as const

/** Fixture, what the request says, and the recordings that the result must reproduce. */
const CASES: readonly (readonly [
  path: string,
  samples: readonly string[],
  options: Partial<FrontEndOptions>,
])[] = [
  ['traced-mlp/net.pth', ['net.samples.npz', 'net.samples-2.npz'], {}],
  ['traced-cnn/net.pth', ['net.samples.npz'], {}],
  ['traced-cnn/net.pth', ['net.samples.npz', 'net.samples-2.npz'], { inputs: [image('N', 3, 'H', 'W')] }],
  ['scripted-cnn/net.pth', ['net.samples.npz'], { inputs: [image('N', 3, 32, 32)] }],
  ['scripted-cnn/net.pth', ['net.samples.npz', 'net.samples-2.npz'], { inputs: [image('N', 3, 'H', 'W')] }],
  ['patchnet/net.pth', ['net.samples.npz', 'net.samples-2.npz'], {}],
  [
    'text/net.pth',
    ['net.samples.npz', 'net.samples-2.npz'],
    { inputs: [{ name: 'ids', dtype: 'int64', dims: dims('N', 'L') }] },
  ],
  ['state-dict/net.pth', ['net.samples.npz'], { ...network, inputs: [image('N', 3, 32, 32)] }],
  [
    'state-dict/net.pth',
    ['net.samples.npz', 'net.samples-2.npz'],
    { ...network, inputs: [image('N', 3, 'H', 'W')] },
  ],
  ['state-dict/net-legacy.pth', ['net-legacy.samples.npz'], { ...network, inputs: [image('N', 3, 32, 32)] }],
  ['state-dict/checkpoint.pth', ['checkpoint.samples.npz'], { ...network, inputs: [image('N', 3, 32, 32)] }],
  ['digits/net.pth', ['net.samples.npz'], {}],
  ['digits/digits.pth', ['digits.samples.npz'], network],
]

describe('fixtures of torch give in onnxruntime what torch recorded', () => {
  it.each(CASES.map((row) => [`${row[0]} ${JSON.stringify(row[2])}`, ...row] as const))(
    '%s',
    async (_, path, samples, options) => {
      const { model } = convertFixture(path, options)
      for (const name of samples) {
        const recording = await readSamples(`${path.split('/')[0]}/${name}`)
        const feeds = Object.fromEntries(
          model.graph.inputs.map((input) => [
            input.name,
            engineTensorOf(recorded(recording, input.name), input.dtype),
          ]),
        )
        const results = await runModel(model, feeds)
        expect([...results.keys()]).toEqual(
          [...recording.keys()]
            .filter((key) => key.startsWith('output:'))
            .map((key) => key.slice('output:'.length)),
        )
        for (const [output, got] of results) expectClose(got, recorded(recording, `output:${output}`))
      }
    },
  )
})

function expectClose(got: EngineTensor, wanted: Recorded): void {
  expect([...got.dims].map(Number)).toEqual(wanted.dims)
  const scale = Math.max(1, ...wanted.values.map(Math.abs))
  const values = Array.from(got.data as ArrayLike<number>, Number)
  const worst = Math.max(
    ...values.map((value, index) => Math.abs(value - (wanted.values[index] ?? Number.NaN))),
  )
  expect(worst / scale).toBeLessThan(1e-5)
}
