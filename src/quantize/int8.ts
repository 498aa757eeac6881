import { elementCount, type Model, type Node, type Tensor, type Value } from '../graph/index.ts'
import { constantsOf } from './constants.ts'
import { decide, MIN_STORED_WEIGHTS } from './decide.ts'
import { Activations, INTEGER_LAYERS, type Workbench } from './integer/index.ts'
import { keepShared, type PlannedLayer } from './planned-layer.ts'
import type { LayerReport, LayerScheme, Quantized, QuantizeOptions } from './scheme.ts'
import { type WeightUse, weightUses } from './weight-roles.ts'
import { storeInt8 } from './weights/decode.ts'
import { WeightStore } from './weights/weight-store.ts'

/** Weights that would keep less than this are left alone by the intent: outliers leave most of a channel near zero. */
const MIN_SQNR_DB = 20

/** The int8 schemes: decides on every layer, quantises, then edits the graph. */
export function quantizeToInt8(model: Model, options: QuantizeOptions): Quantized {
  const store = new WeightStore(model)
  const layers = [...model.graph.allNodes()].flatMap((node) => planNode(node, model, options))
  const others = unassigned(model, layers)
  quantizeWeights(layers, store, options)
  keepShared(layers)
  edit(layers, { model, store, activations: new Activations(model) })
  return { layers: [...layers.map(reportOf), ...others], forms: formsOf(layers) }
}

function formsOf(layers: readonly PlannedLayer[]): ReadonlyMap<Tensor, LayerScheme> {
  const forms = new Map<Tensor, LayerScheme>()
  for (const { use, decision, weights } of layers) {
    if (weights && forms.get(use.tensor) !== 'int8-dynamic') forms.set(use.tensor, decision.scheme)
  }
  return forms
}

function planNode(node: Node, model: Model, options: QuantizeOptions): PlannedLayer[] {
  const uses = weightUses(node)
  return uses.map((use) => ({
    use,
    name: layerName(use, uses.length),
    decision: decide(use, model, options),
    weights: undefined,
  }))
}

/** A node that its source left without a name is known by its weights: `features.1.conv`, and not the fifth `conv`. */
function layerName({ node, constant }: WeightUse, uses: number): string {
  if (node.name === '') return constant.name.replace(/\.weight$/, '') || node.output.name
  return uses > 1 ? `${node.name}/${constant.name}` : node.name
}

/** Integer layers first: their channels are prescribed, and storage takes any that are there. */
function quantizeWeights(
  layers: readonly PlannedLayer[],
  store: WeightStore,
  { scheme }: QuantizeOptions,
): void {
  for (const wanted of ['int8-dynamic', 'int8-weights'] as const) {
    for (const layer of layers) {
      if (layer.decision.scheme !== wanted) continue
      const { constant, channelAxes } = layer.use
      const shared = wanted === 'int8-weights' ? store.any(constant) : undefined
      layer.weights = shared ?? store.int8(constant, channelAxes)
      if (!layer.weights) leave(layer, 'a weight is NaN or infinite')
      else if (scheme === 'int8' && layer.weights.sqnrDb < MIN_SQNR_DB)
        leave(layer, `outliers would leave its weights ${layer.weights.sqnrDb.toFixed(1)} dB`)
    }
  }
}

function leave(layer: PlannedLayer, why: string): void {
  layer.decision = { scheme: 'float32', reason: `left in float: ${why}` }
  layer.weights = undefined
}

function edit(layers: readonly PlannedLayer[], bench: Workbench): void {
  for (const { use, decision, weights } of layers) {
    if (decision.scheme === 'int8-dynamic' && weights)
      INTEGER_LAYERS.get(use.node.op)?.emit(use, weights, bench)
  }
  for (const { use, decision, weights } of layers) {
    if (decision.scheme === 'int8-weights' && weights && use.constant.isUsed)
      storeInt8(bench.model, weights, bench.store)
  }
  for (const { constant } of layers.map(({ use }) => use))
    if (!constant.isUsed) constant.graph.removeInitializer(constant)
}

function reportOf({ name, decision: { scheme, reason }, weights }: PlannedLayer): LayerReport {
  const sqnrDb = weights?.sqnrDb
  return { name, scheme, sqnrDb: Number.isFinite(sqnrDb) && sqnrDb !== undefined ? sqnrDb : null, reason }
}

/** Large float constants that are no weights (a table that is added, a mask, a window). Biases and norms go without saying. */
function unassigned(model: Model, layers: readonly PlannedLayer[]): LayerReport[] {
  const assigned = new Set<Value>(layers.map(({ use }) => use.constant))
  return constantsOf(model, 'float32', MIN_STORED_WEIGHTS)
    .filter((constant) => !assigned.has(constant) && constant.rank > 1)
    .map((constant) => ({
      name: constant.name,
      scheme: 'float32',
      sqnrDb: null,
      reason: `left in float: ${elementCount(constant.tensor?.dims ?? [])} values that ${readersText(constant)} as they are`,
    }))
}

const readersText = (constant: Value): string => {
  const ops = [...new Set(constant.users.map((user) => user.op))]
  return ops.length === 0 ? 'leave the model' : `${ops.join(' and ')} ${ops.length > 1 ? 'read' : 'reads'}`
}
