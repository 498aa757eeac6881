import { describe, expect, it } from 'vitest'
import { referenceAnswers, withRecorded } from '../../../src/convert/pipeline/reference.ts'
import { createEngine, engineTensor } from '../../../src/engine/index.ts'
import { type ByteSource, createBuilder, MemorySource, Model, tensorType } from '../../../src/graph/index.ts'
import { joinChunks, writeModel } from '../../../src/graph/onnx/index.ts'
import { samplesFor } from '../../../src/validate/index.ts'

const engine = createEngine({ root: import.meta.dirname })

/** x + what is added, as `y` and as `z`. */
function adding(amount: number, first = 'y'): Model {
  const model = new Model()
  const x = model.graph.addInput('x', tensorType('float32', [2]))
  const b = createBuilder(model)
  model.graph.addOutput(first, b.add(x, b.scalar('float32', amount)))
  model.graph.addOutput('z', b.relu(x))
  return model
}

const fileOf = (bytes: Uint8Array): ByteSource => new MemorySource(bytes, 'net.onnx')

const bytesOf = (model: Model): Uint8Array => joinChunks(writeModel(model).model)

async function answered(
  model: Model,
  source: ByteSource | undefined,
  renamed: ReadonlyMap<string, string> = new Map(),
) {
  const { samples } = samplesFor(model, [], { count: 1 })
  const reference = { model, encoded: () => ({ bytes: bytesOf(model) }), source, renamed }
  const answers = await referenceAnswers(reference, engine, samples)
  const [sample] = answers.samples
  const [x] = Array.from(sample?.inputs.get('x')?.data ?? [], Number)
  const [y] = Array.from(sample?.wanted.get('y')?.data ?? [], Number)
  return { ...answers, outputs: [...(sample?.wanted.keys() ?? [])], added: Math.round((y ?? 0) - (x ?? 0)) }
}

describe('what a result is held to', () => {
  it('is the source file where the engine runs it: a reader that was wrong would be found out', async () => {
    const { description, added } = await answered(adding(1), fileOf(bytesOf(adding(5))))
    expect(description).toMatch(/^the source file in onnxruntime-web /)
    expect(added).toBe(5)
  })

  it('is its outputs that the model has', async () => {
    const model = adding(1)
    model.graph.setOutputs(model.graph.outputs.slice(0, 1))
    const { outputs } = await answered(model, fileOf(bytesOf(adding(5))))
    expect(outputs).toEqual(['y'])
  })

  it('is the source file under its own names where the request gives others', async () => {
    const { description, added } = await answered(
      adding(1),
      fileOf(bytesOf(adding(5, 'other'))),
      new Map([['other', 'y']]),
    )
    expect(description).toMatch(/^the source file in onnxruntime-web /)
    expect(added).toBe(5)
  })

  it('is what was recorded, and of other outputs what the reference gives', () => {
    const tensor = (value: number) =>
      engineTensor('float32', [1], new Uint8Array(Float32Array.of(value).buffer))
    const inputs = new Map([['x', tensor(0)]])
    const wanted = new Map([
      ['y', tensor(1)],
      ['z', tensor(2)],
    ])
    const sample = { label: 'recorded r.npz', inputs, expected: new Map([['y', tensor(5)]]) }
    const answers = { description: 'the float model', samples: [{ inputs, wanted }] }
    const { description, samples } = withRecorded(answers, [sample], 'recorded outputs')
    expect(description).toBe('recorded outputs; outputs without a recording against the float model')
    const [given] = samples
    expect([...(given?.wanted ?? [])].map(([name, { data }]) => [name, Number(data[0])])).toEqual([
      ['y', 5],
      ['z', 2],
    ])
  })

  it.each([
    ['there is no such file', undefined, /on seeded 1$/],
    [
      'the engine does not load it',
      fileOf(new Uint8Array([8, 1, 2, 3])),
      /; the source file itself was not run \(.+\)$/,
    ],
  ])('is the graph as it was read where %s, and says so', async (_, source, said) => {
    const { description, added } = await answered(adding(1), source)
    expect(description).toMatch(/^the float model in onnxruntime-web /)
    expect(description).toMatch(said)
    expect(added).toBe(1)
  })
})
