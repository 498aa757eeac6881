import type { Guard } from '../../formats/index.ts'
import type { Model } from '../../graph/index.ts'

/** Key in the ONNX file's `metadata_props`: `[{ "dim", "assumed", "at" }]` as JSON. */
const GUARDS_KEY = 'unplugin-model.guards'

/**
 * Writes what was decided on dims that stay dynamic into the model itself, for runtimes other than ours. `at` keeps the
 * file's name and drops its folder: an asset is public, and a TorchScript archive holds the paths of its author's machine.
 */
export function recordGuards(model: Model, guards: readonly Guard[]): void {
  if (guards.length === 0) return
  const told = guards.map(({ dim, assumed, at }) => ({ dim, assumed, at: at.replace(/^.*[/\\]/, '') }))
  model.metadata.set(GUARDS_KEY, JSON.stringify(told))
}
