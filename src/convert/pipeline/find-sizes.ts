import type { Engine, EngineModel, EngineSession } from '../../engine/index.ts'
import { type ErrorDetails, ModelError } from '../../errors/index.ts'
import { DEFAULT_FACTS, type Model, type SymbolFacts, symbolName } from '../../graph/index.ts'
import { samplesFor } from '../../validate/index.ts'

/**
 * Sizes tried for dynamic dims that nobody gave a size to try: a network of convolutions has no output for an image of
 * 2 x 2. They serve only to run the model once; nothing is concluded from them.
 */
const SIZES = [32, 64, 224, 512, 640, 1024]

export type SizeSearch =
  | { readonly runs: 'as it is' }
  | { readonly runs: 'with sizes'; readonly model: Model }
  | { readonly runs: 'never'; readonly failure: ErrorDetails }

/**
 * Whether a model runs on seeded inputs of its own hints, or else of which sizes.
 *
 * @throws ModelError ENGINE_FAILED when it does not even load: no input helps then.
 */
export async function findSizes(engine: Engine, encoded: EngineModel, model: Model): Promise<SizeSearch> {
  const session = await engine.session(encoded)
  try {
    const first = await failure(session, model)
    if (!first) return { runs: 'as it is' }
    for (const candidate of sizedModels(model)) {
      if (!(await failure(session, candidate))) return { runs: 'with sizes', model: candidate }
    }
    return { runs: 'never', failure: first }
  } finally {
    await session.release()
  }
}

/** What onnxruntime says of a run on seeded inputs; undefined when it runs. */
async function failure(session: EngineSession, model: Model): Promise<ErrorDetails | undefined> {
  try {
    for (const { inputs } of samplesFor(model, [], { count: 1 }).samples) await session.run(inputs)
    return undefined
  } catch (error) {
    if (error instanceof ModelError) return error.details
    return { what: error instanceof Error ? error.message : String(error) }
  }
}

/** Copies with one size for a set of dims: the inner ones of every input (not its batch), or only the last ones. */
function* sizedModels(model: Model): Generator<Model> {
  const inner = freeSymbols(model, (axis) => axis > 0)
  const last = freeSymbols(model, (axis, rank) => axis === rank - 1 && axis > 0)
  const sets = inner.size === last.size ? [inner] : [inner, last]
  for (const size of SIZES) {
    for (const names of sets.filter((set) => set.size > 0)) {
      const sized = model.clone()
      for (const name of names) sized.dynamicDim(name, { hint: within(model.facts.get(name), size) })
      yield sized
    }
  }
}

const within = ({ min, max }: SymbolFacts = DEFAULT_FACTS, size: number): number =>
  Math.min(Math.max(size, min), max)

/** Whether nobody gave a size to try: front ends that evaluate a program try one of their own. */
const isOpen = (known: SymbolFacts | undefined): boolean =>
  known?.hint === undefined || known.isOwnHint === true

/** Bare symbols that are open, at the axes that are asked for. */
function freeSymbols({ graph, facts }: Model, wanted: (axis: number, rank: number) => boolean): Set<string> {
  const free = new Set<string>()
  for (const { type } of graph.inputs) {
    if (type?.kind !== 'tensor' || !type.dims) continue
    for (const [axis, dim] of type.dims.entries()) {
      const name = symbolName(dim)
      if (name !== undefined && isOpen(facts.get(name)) && wanted(axis, type.dims.length)) free.add(name)
    }
  }
  return free
}
