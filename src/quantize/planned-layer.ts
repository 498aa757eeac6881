import type { Node, Value } from '../graph/index.ts'
import type { Decision } from './decide.ts'
import type { WeightUse } from './weight-roles.ts'
import type { StoredWeights } from './weights/weight-store.ts'

/** One layer with what is to become of it. */
export interface PlannedLayer {
  readonly use: WeightUse
  readonly name: string
  decision: Decision
  /** Set once quantised. */
  weights: StoredWeights | undefined
}

/**
 * Storage replaces a constant for all its readers. Where one of them must have it as it is, the others keep it too: int8
 * beside float would only add to the file.
 */
export function keepShared(layers: readonly PlannedLayer[]): void {
  const quantized = new Map<Value, Set<Node>>()
  for (const { use, weights } of layers) {
    if (weights) quantized.set(use.constant, (quantized.get(use.constant) ?? new Set()).add(use.node))
  }
  for (const layer of layers) {
    if (layer.decision.scheme !== 'int8-weights') continue
    const other = otherReader(layer.use.constant, quantized.get(layer.use.constant) ?? new Set())
    if (other === undefined) continue
    layer.decision = {
      scheme: 'float32',
      reason: `left in float: ${other} needs the same weights as they are`,
    }
    layer.weights = undefined
  }
}

function otherReader(constant: Value, quantized: ReadonlySet<Node>): string | undefined {
  const views = constant.users.filter(({ op }) => op === 'Transpose').map(({ output }) => output)
  if ([constant, ...views].some(({ outputOf }) => outputOf.length > 0)) return 'an output'
  const readers = [constant, ...views].flatMap(({ users }) => users.filter(({ op }) => op !== 'Transpose'))
  return readers.find((reader) => !quantized.has(reader))?.label
}
