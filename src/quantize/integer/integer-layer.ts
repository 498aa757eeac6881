import type { Model } from '../../graph/index.ts'
import type { IntegerOperator, LayerSize } from '../../targets/index.ts'
import type { WeightUse } from '../weight-roles.ts'
import type { StoredWeights, WeightStore } from '../weights/weight-store.ts'
import type { Activations } from './activations.ts'

/** What emitting an integer layer needs besides the layer. */
export interface Workbench {
  readonly model: Model
  readonly store: WeightStore
  readonly activations: Activations
}

/** How one operator's layers become integer arithmetic. */
export interface IntegerLayer {
  /** Row of the target's capability table. */
  readonly operator: IntegerOperator
  /** Why this use cannot be written in integers, whatever it would gain; undefined when it can. */
  readonly obstacle: (use: WeightUse) => string | undefined
  readonly size: (use: WeightUse) => LayerSize
  /** Puts the integer form in the layer's place. */
  readonly emit: (use: WeightUse, weights: StoredWeights, bench: Workbench) => void
}
