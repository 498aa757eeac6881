import { elementCount, type Model, type Node } from '../graph/index.ts'
import { integerGain, TARGETS } from '../targets/index.ts'
import { INTEGER_LAYERS, type IntegerLayer } from './integer/index.ts'
import type { QuantizeOptions } from './scheme.ts'
import type { WeightUse } from './weight-roles.ts'

export interface Decision {
  readonly scheme: 'float32' | 'int8-weights' | 'int8-dynamic'
  readonly reason: string
}

/** A stored tensor brings scales and two nodes, some 250 bytes; so many weights save six times that. */
export const MIN_STORED_WEIGHTS = 512

/** Stored with scales, weights must come to at most this part of float32. */
const WORTHWHILE = 0.5

type Rule = (use: WeightUse, model: Model, options: QuantizeOptions) => Decision

/** What each int8 scheme does with a layer of float32 weights. */
const RULES: { readonly [scheme in 'int8' | 'int8-dynamic' | 'int8-weights']: Rule } = {
  int8: (use, model, options) => {
    const { tensor, node } = use
    if (elementCount(tensor.dims) < MIN_STORED_WEIGHTS) return tooSmall(use)
    const layer = INTEGER_LAYERS.get(node.op)
    if (!layer) return stored(use, `${node.op} has no integer kernel`)
    const obstacle = obstacleOf(use, layer)
    if (obstacle !== undefined) return stored(use, obstacle)
    const kernel = TARGETS[options.target].integer[layer.operator]
    const { gains, why } = integerGain(kernel, layer.size(use), model.facts)
    return gains ? { scheme: 'int8-dynamic', reason: why } : stored(use, why)
  },
  'int8-dynamic': (use) => {
    const layer = INTEGER_LAYERS.get(use.node.op)
    const obstacle = layer ? obstacleOf(use, layer) : `${use.node.op} has no dynamic integer form`
    return obstacle === undefined
      ? { scheme: 'int8-dynamic', reason: 'asked for' }
      : { scheme: 'float32', reason: `left in float: ${obstacle}` }
  },
  'int8-weights': (use) =>
    elementCount(use.tensor.dims) < MIN_STORED_WEIGHTS ? tooSmall(use) : stored(use, 'asked for'),
}

/** What becomes of a layer, as far as its shape says; NaN and outliers are seen once the weights are read. */
export function decide(use: WeightUse, model: Model, options: QuantizeOptions): Decision {
  const { dtype } = use.tensor
  const rule = isInt8(options.scheme) ? RULES[options.scheme] : undefined
  if (!rule || dtype !== 'float32')
    return { scheme: 'float32', reason: `left as it is: its weights are ${dtype}` }
  if (isQuantizedAlready(use))
    return { scheme: 'float32', reason: 'left as it is: the source has quantised around it' }
  const limit = options.limits?.get(use.tensor)
  if (limit?.scheme === 'float32') return { scheme: 'float32', reason: `left in float: ${limit.reason}` }
  const decision = rule(use, model, options)
  return limit && decision.scheme === 'int8-dynamic' ? storedUnder(use, limit.reason) : decision
}

const isInt8 = (scheme: QuantizeOptions['scheme']): scheme is keyof typeof RULES => scheme in RULES

/** What keeps a layer from its integer form: for one, an activation of which not even the rank is known. */
function obstacleOf(use: WeightUse, layer: IntegerLayer): string | undefined {
  const { type } = use.node.input(0)
  return type?.kind === 'tensor' && type.dims ? layer.obstacle(use) : 'the shape of its input is not known'
}

/** Storage in int8, unless the scales would eat what is saved. */
function stored({ tensor: { dims }, channelAxes }: WeightUse, why: string): Decision {
  const weights = elementCount(dims)
  const channels = elementCount(channelAxes.map((axis) => dims[axis] ?? 1))
  const part = (weights + 4 * channels) / (4 * weights)
  return part <= WORTHWHILE
    ? { scheme: 'int8-weights', reason: `stored in int8, computed in float: ${why}` }
    : {
        scheme: 'float32',
        reason: `left in float: with a scale for every ${weights / channels} weights, int8 saves too little`,
      }
}

/** Where storing saves too little, why the layer does not compute in integers is said as well. */
function storedUnder(use: WeightUse, limit: string): Decision {
  const decision = stored(use, limit)
  if (decision.scheme !== 'float32') return decision
  return { ...decision, reason: `${decision.reason}, and ${limit}` }
}

const tooSmall = ({ tensor }: WeightUse): Decision => ({
  scheme: 'float32',
  reason: `left in float: ${elementCount(tensor.dims)} weights are too few to save anything (${MIN_STORED_WEIGHTS} do)`,
})

/** Operators between which a layer is quantised already. */
const QUANTIZED: ReadonlySet<string> = new Set([
  'DequantizeLinear',
  'DynamicQuantizeLinear',
  'QuantizeLinear',
])

/** Whether the source has quantised the layer's activation or result: such layers are left as they are. */
function isQuantizedAlready({ node }: WeightUse): boolean {
  const reads = (value: Node['inputs'][number]): boolean => QUANTIZED.has(value?.producer?.op ?? '')
  const isRead = (value: Node['outputs'][number]): boolean =>
    value.users.some((user) => user.op === 'QuantizeLinear')
  return node.inputs.some(reads) || node.outputs.some(isRead)
}
