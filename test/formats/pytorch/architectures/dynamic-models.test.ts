import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { engineTensor } from '../../../../src/engine/index.ts'
import { type DimSpec, MemorySource, type Model } from '../../../../src/graph/index.ts'
import { runModel } from '../../../support/run-model.ts'
import { fixturePath } from '../../../support/samples.ts'
import { convertWritten } from '../frontends/written-model.ts'
import { writeSafetensors } from '../torch-writer.ts'

interface Plain {
  readonly dims: readonly number[]
  readonly values: readonly number[]
}

interface Case {
  readonly title: string
  readonly source: string
  readonly dims: readonly (number | string)[]
  readonly state: Readonly<Record<string, Plain>>
  readonly runs: readonly { readonly input: Plain; readonly outputs: readonly Plain[] }[]
}

const CASES: readonly Case[] = JSON.parse(readFileSync(fixturePath('dynamic-models/cases.json'), 'utf8'))

const bytesOf = ({ values }: Plain): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)

function converted({ source, state, dims }: Case) {
  const header: Record<string, unknown> = {}
  const parts: Uint8Array[] = []
  let end = 0
  for (const [name, tensor] of Object.entries(state)) {
    const bytes = bytesOf(tensor)
    header[name] = { dtype: 'F32', shape: tensor.dims, data_offsets: [end, end + bytes.length] }
    parts.push(bytes)
    end += bytes.length
  }
  const files = new Map([['model.py', Buffer.from(source)]])
  const file = new MemorySource(writeSafetensors(header, Buffer.concat(parts)), 'net.safetensors', files)
  const specs = dims.map((dim): DimSpec => (typeof dim === 'number' ? dim : { name: dim }))
  return convertWritten(file, { inputs: [{ name: 'x', dims: specs }] })
}

async function expectRun(model: Model, { input, outputs }: Case['runs'][number]): Promise<void> {
  const given = [
    ...(await runModel(model, { x: engineTensor('float32', input.dims, bytesOf(input)) })).values(),
  ]
  expect(given.map(({ dims }) => dims.map(Number))).toEqual(outputs.map(({ dims }) => dims))
  for (const [index, { values }] of outputs.entries()) {
    const found = Array.from((given[index]?.data ?? []) as ArrayLike<number>, Number)
    const scale = Math.max(1e-6, ...values.map(Math.abs))
    const worst = Math.max(0, ...values.map((value, at) => Math.abs(value - (found[at] ?? Number.NaN))))
    expect(worst / scale).toBeLessThan(2e-5)
  }
}

/** One conversion serves all the sizes, without a decision or a word of warning. */
it.each(CASES.map((of) => [of.title, of] as const))(
  'at every size torch gives the same: %s',
  async (_, of) => {
    const { model, guards, warnings } = converted(of)
    expect([guards, warnings]).toEqual([[], []])
    for (const run of of.runs) await expectRun(model, run)
  },
)
