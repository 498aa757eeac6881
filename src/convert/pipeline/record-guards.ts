import type { Guard } from '../../formats/index.ts'
import type { Model } from '../../graph/index.ts'

/** Key in the ONNX file's `metadata_props`: `[{ "dim", "assumed", "at" }]` as JSON. */
const GUARDS_KEY = 'unplugin-model.guards'

/** Writes what was decided on dims that stay dynamic into the model itself, for runtimes other than ours. */
export function recordGuards(model: Model, guards: readonly Guard[]): void {
  if (guards.length === 0) return
  const told = guards.map(({ dim, assumed, at }) => ({ dim, assumed, at }))
  model.metadata.set(GUARDS_KEY, JSON.stringify(told))
}
