import { ModelError } from '../../../../src/errors/index.ts'
import {
  adaptModel,
  inferGraph,
  joinChunks,
  MemorySource,
  type Model,
  readModel,
  verify,
  writeModel,
} from '../../../../src/graph/index.ts'
import { rewrite } from '../../../../src/rewrite/index.ts'
import { SIBLINGS } from './source-files.ts'

/**
 * What becomes of a file: `converted`, the code of the one error that refuses it, or `broken:` and how a promise was not kept.
 */
export function outcomeOf(bytes: Uint8Array): string {
  let model: Model
  try {
    model = readModel(new MemorySource(bytes, 'mutant.onnx', SIBLINGS))
    adaptModel(model)
    verify(model)
  } catch (error) {
    return refusal('reading', error)
  }
  return (
    kept('inferring', () => inferAgain(model)) ??
    rewritten(model) ??
    kept('writing', () => readAgain(model)) ??
    'converted'
  )
}

function inferAgain(model: Model): void {
  inferGraph(model)
  verify(model, { inference: true })
}

/** A node that cannot be computed may be refused while it is folded; what rewriting leaves must verify. */
function rewritten(model: Model): string | undefined {
  try {
    rewrite(model, { level: 'all' })
  } catch (error) {
    return refusal('rewriting', error)
  }
  return kept('rewriting', () => verify(model, { inference: true }))
}

function readAgain(model: Model): void {
  const again = readModel(new MemorySource(joinChunks(writeModel(model).model), 'written.onnx'))
  adaptModel(again)
  verify(again, { inference: true })
  const [stated, found] = [model, again].map(({ graph }) =>
    [...graph.inputs, ...graph.outputs].map(({ name }) => name),
  )
  if (String(stated) !== String(found)) throw new Error(`its ports are ${found} and were ${stated}`)
}

function kept(stage: string, run: () => void): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return `broken: ${stage}: ${error instanceof ModelError ? error.message : stackOf(error)}`
  }
}

/** The code of a refusal, when it is one. */
function refusal(stage: string, error: unknown): string {
  if (error instanceof ModelError && error.code !== 'INTERNAL') return error.code
  return `broken: ${stage}: ${error instanceof ModelError ? error.message : ''} ${stackOf(error)}`
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 6).join('\n') : String(error)
