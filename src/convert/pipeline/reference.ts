import type { Engine, EngineModel } from '../../engine/index.ts'
import { ModelError } from '../../errors/index.ts'
import { type ByteSource, type Model, readAll } from '../../graph/index.ts'
import { type Answers, answersOf, type Sample } from '../../validate/index.ts'

/** Both models and their bytes must fit into wasm32's 4 GiB, several times over. */
export const LARGEST_VALIDATED = 1.5e9

/** What a result is held to where no framework's outputs were recorded. */
export interface Reference {
  /** The model as it was read, before any rewriting. */
  readonly model: Model
  readonly encoded: () => EngineModel
  /** The file itself, where the engine may load that. */
  readonly source: ByteSource | undefined
  /** What `?rename=` made of the file's own names. */
  readonly renamed: ReadonlyMap<string, string>
}

/**
 * The outputs that a result should give: the source file's own where onnxruntime-web runs it, so that an error of reading is
 * seen too; else those of the graph that was read from it, and why the file was not run.
 *
 * @throws ModelError ENGINE_FAILED when neither runs.
 */
export async function referenceAnswers(
  reference: Reference,
  engine: Engine,
  samples: readonly Sample[],
): Promise<Answers> {
  const { encoded, source } = reference
  const read = (): Promise<Answers> => answersOf(encoded(), { engine, samples })
  if (!source || source.size > LARGEST_VALIDATED) return read()
  const own = await sourceAnswers(source, engine, withNames(samples, inverse(reference.renamed)))
  if (typeof own !== 'string') return selected(own, reference)
  const answers = await read()
  return { ...answers, description: `${answers.description}; the source file itself was not run (${own})` }
}

const inverse = (renamed: Reference['renamed']): Map<string, string> =>
  new Map([...renamed].map(([before, after]) => [after, before]))

const withNames = (samples: readonly Sample[], names: ReadonlyMap<string, string>): Sample[] =>
  samples.map((sample) => ({ ...sample, inputs: withKeys(sample.inputs, names) }))

const withKeys = <T>(entries: ReadonlyMap<string, T>, names: ReadonlyMap<string, string>): Map<string, T> =>
  new Map([...entries].map(([name, value]) => [names.get(name) ?? name, value]))

/** Under the names of the request, those that it keeps. */
function selected(answers: Answers, { model, renamed }: Reference): Answers {
  const kept = new Set(model.graph.outputs.map(({ name }) => name))
  const samples = answers.samples.map(({ inputs, wanted }) => ({
    inputs: withKeys(inputs, renamed),
    wanted: new Map([...withKeys(wanted, renamed)].filter(([name]) => kept.has(name))),
  }))
  return { ...answers, samples }
}

/** Answers to samples, with what the framework recorded of them in the first place. */
export function withRecorded(answers: Answers, samples: readonly Sample[], description: string): Answers {
  return {
    description: `${description}; outputs without a recording against ${answers.description}`,
    samples: answers.samples.map(({ inputs, wanted }, index) => ({
      inputs,
      wanted: new Map([...wanted, ...(samples[index]?.expected ?? [])]),
    })),
  }
}

/** Or why the engine cannot run the file: it is too old, keeps its tensors in another, or its inputs were changed. */
async function sourceAnswers(
  source: ByteSource,
  engine: Engine,
  samples: readonly Sample[],
): Promise<Answers | string> {
  try {
    return await answersOf({ bytes: readAll(source) }, { engine, samples }, 'the source file')
  } catch (error) {
    if (error instanceof ModelError && error.code === 'ENGINE_FAILED')
      return error.details.why ?? error.details.what
    throw error
  }
}
