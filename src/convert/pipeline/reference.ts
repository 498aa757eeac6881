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
}

/**
 * The outputs that a result should give: the source file's own where onnxruntime-web runs it, so that an error of reading is
 * seen too; else those of the graph that was read from it.
 *
 * @throws ModelError ENGINE_FAILED when neither runs.
 */
export async function referenceAnswers(
  { model, encoded, source }: Reference,
  engine: Engine,
  samples: readonly Sample[],
): Promise<Answers> {
  const own = source && source.size <= LARGEST_VALIDATED && (await sourceAnswers(source, engine, samples))
  const outputs = model.graph.outputs.map(({ name }) => name)
  const selected = own ? onlyOutputs(own, outputs) : undefined
  return selected ?? answersOf(encoded(), { engine, samples })
}

/** Undefined where the engine cannot run the file: it is too old, keeps its tensors in another, or its inputs were changed. */
async function sourceAnswers(
  source: ByteSource,
  engine: Engine,
  samples: readonly Sample[],
): Promise<Answers | undefined> {
  try {
    return await answersOf({ bytes: readAll(source) }, { engine, samples }, 'the source file')
  } catch (error) {
    if (error instanceof ModelError && error.code === 'ENGINE_FAILED') return undefined
    throw error
  }
}

/** Undefined where some are called otherwise there. */
function onlyOutputs(answers: Answers, names: readonly string[]): Answers | undefined {
  const complete = answers.samples.every(({ wanted }) => names.every((name) => wanted.has(name)))
  if (!complete) return undefined
  const samples = answers.samples.map(({ inputs, wanted }) => ({
    inputs,
    wanted: new Map([...wanted].filter(([name]) => names.includes(name))),
  }))
  return { ...answers, samples }
}
