import { createBuilder, elementCount, elementsOf, type Model, tensorOf } from '../../../graph/index.ts'
import { type Affine, numbersOf, plus, spread, times } from '../../match/affine.ts'
import { eachRun, keepsPrecision, scaledWeight } from './channel-map.ts'
import type { Layer, Side } from './layer.ts'

type Terms = Pick<Affine, 'axis' | 'scale' | 'shift'>

/** What the result is to become, `scale·y + shift`, moves into weights and bias. @returns whether it could. */
export function takeBehind(model: Model, layer: Layer, terms: Terms): boolean {
  const taken = takenBehind(layer, terms)
  if (!taken) return false
  if (taken.factors) setWeight(model, layer, layer.output, taken.factors)
  if (taken.bias) setBias(model, layer, taken.bias)
  return true
}

/** The same of several layers with one weight, which stays one: where all of them take the same factors. @returns whether it could. */
export function takeBehindAll(
  model: Model,
  layers: readonly { readonly layer: Layer; readonly terms: Terms }[],
): boolean {
  const taken = layers.map(({ layer, terms }) => takenBehind(layer, terms))
  const [first, factors] = [layers[0]?.layer, taken[0]?.factors]
  const isAlike = layers.every(({ layer }, at) => {
    const { output, weight } = layer
    return weight === first?.weight && isSameMap(output, first.output) && isSame(taken[at]?.factors, factors)
  })
  if (!first || !factors || !isAlike) return false
  setWeight(model, first, first.output, factors)
  layers.forEach(({ layer }, at) => {
    layer.node.setInput(layer.weight, first.node.input(first.weight))
    const bias = taken[at]?.bias
    if (bias) setBias(model, layer, bias)
  })
  return true
}

const isSame = (a: Float64Array | undefined, b: Float64Array | undefined): boolean =>
  a !== undefined && a.length === b?.length && a.every((factor, at) => factor === b[at])

const isSameMap = ({ map: a }: Side, { map: b }: Side): boolean =>
  a.inner === b.inner && a.count === b.count && a.block === b.block

/** Factors of the weights and the whole bias, one an output channel; undefined where they cannot be taken. */
function takenBehind(
  layer: Layer,
  { axis, scale, shift }: Terms,
): { readonly factors: Float64Array | undefined; readonly bias: Float64Array | undefined } | undefined {
  const { node, tensor, output } = layer
  if (axis !== undefined && axis !== output.axis) return undefined
  if ((shift && !layer.takesBias) || (node.inputs[2] && !layer.takesBias)) return undefined
  const bias = biasOf(layer)
  if (!bias) return undefined
  const factors = scale && spread(scale, output.channels)
  const folded = plus(bias.numbers && times(bias.numbers, scale), shift)
  if (factors && !keepsPrecision(tensor, output.map, factors)) return undefined
  if (folded && !fits(folded, tensor.dtype)) return undefined
  return { factors, bias: folded && spread(folded, output.channels) }
}

/** What the activation was made of, `scale·x + shift`, moves into the weights. @returns whether it could. */
export function takeBefore(model: Model, layer: Layer, { x, axis, scale, shift }: Affine): boolean {
  const { node, tensor, input } = layer
  if (axis !== undefined && axis !== input.axis) return false
  if (shift && !takesShift(layer, shift)) return false
  const factors = scale && spread(scale, input.channels)
  if (factors && !keepsPrecision(tensor, input.map, factors)) return false
  const bias = shift && biasOf(layer)
  if (shift && !bias) return false
  if (shift && bias) {
    const sums = weightedSums(layer, spread(shift, input.channels))
    const folded = plus(bias.numbers, sums)
    if (!sums || !folded || !fits(folded, tensor.dtype)) return false
    setBias(model, layer, spread(folded, layer.output.channels))
  }
  if (factors) setWeight(model, layer, input, factors)
  node.setInput(layer.activation, x)
  return true
}

/** Larger sums, taken apart, could cancel what a small difference of large numbers means. */
const LARGEST_SHIFT = 4

/** At a border that is padded with zeros, what is added before is not added. */
function takesShift({ node, takesBias }: Layer, shift: Float64Array): boolean {
  if (!takesBias || node.op === 'ConvTranspose' || shift.some((t) => Math.abs(t) > LARGEST_SHIFT))
    return false
  const padding = node.attribute('auto_pad', 'string') ?? 'NOTSET'
  if (node.op === 'Gemm' || padding === 'VALID') return true
  return padding === 'NOTSET' && !node.attribute('pads', 'ints')?.some((amount) => amount !== 0)
}

/** Each output channel's weights times what is added to their inputs. */
function weightedSums({ node, tensor, input, output }: Layer, shift: Float64Array): Float64Array | undefined {
  const elements = elementsOf(tensor)
  if (elements?.kind !== 'number') return undefined
  const { data } = elements
  const channelOf = new Int32Array(data.length)
  eachRun(data.length, input.map, (start, end, channel) => channelOf.fill(channel, start, end))
  const alpha = node.attribute('alpha', 'float') ?? 1
  const sums = new Float64Array(output.channels)
  eachRun(data.length, output.map, (start, end, channel) => {
    let sum = 0
    for (let i = start; i < end; i++) sum += (data[i] ?? 0) * (shift[channelOf[i] ?? 0] ?? 0)
    sums[channel] = (sums[channel] ?? 0) + alpha * sum
  })
  return sums
}

/** What is added already, one number for all or one a channel; undefined when that is not known or of another form. */
function biasOf({ node, output }: Layer): { readonly numbers: Float64Array | undefined } | undefined {
  const bias = node.inputs[2]
  if (!bias) return { numbers: undefined }
  const dims = bias.tensor?.dims
  const isPerChannel = dims && (elementCount(dims) === 1 || dims.at(-1) === elementCount(dims))
  const numbers = isPerChannel ? numbersOf(bias) : undefined
  if (!numbers || (numbers.length !== 1 && numbers.length !== output.channels)) return undefined
  const beta = node.attribute('beta', 'float') ?? 1
  return { numbers: numbers.map((value) => value * beta) }
}

/** The largest number of each type of which there might be too large ones. */
const LARGEST: ReadonlyMap<string, number> = new Map([['float16', 65504]])

const fits = (numbers: Float64Array, dtype: string): boolean => {
  const largest = LARGEST.get(dtype) ?? Number.POSITIVE_INFINITY
  return numbers.every((value) => Math.abs(value) <= largest)
}

function setWeight(
  model: Model,
  { node, weight, tensor }: Layer,
  { map }: Side,
  factors: Float64Array,
): void {
  const b = createBuilder(model, { graph: node.graph, before: node })
  node.setInput(weight, b.constant(scaledWeight(tensor, map, factors), node.input(weight).name))
}

function setBias(model: Model, { node, weight, tensor }: Layer, numbers: Float64Array): void {
  const b = createBuilder(model, { graph: node.graph, before: node })
  const name = node.inputs[2]?.name ?? `${node.input(weight).name}_bias`
  node.setInput(2, b.constant(tensorOf(tensor.dtype, [numbers.length], numbers), name))
  node.removeAttribute('beta')
}
