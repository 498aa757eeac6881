import { type Model, type Tensor, tensorData, tensorOver, type Value } from '../../graph/index.ts'
import { type ChannelLayout, channelLayout } from './channels.ts'
import { type Int8Weights, quantizeInt8, toUint8, transposed } from './int8.ts'

/** One constant in int8. */
export interface StoredWeights extends Int8Weights {
  readonly constant: Value
  readonly dims: readonly number[]
  readonly layout: ChannelLayout
}

/**
 * Quantised forms of a model's constants. Each constant is read and quantised once per choice of channels, and each form
 * is one initializer of the main graph, however many layers share it.
 */
export class WeightStore {
  readonly #model: Model
  readonly #quantized = new Map<Value, Map<string, StoredWeights | undefined>>()
  readonly #initializers = new Map<StoredWeights, Map<string, Value>>()

  constructor(model: Model) {
    this.#model = model
  }

  /** float32 weights in int8; undefined when one of them is NaN or infinite. */
  int8(constant: Value, channelAxes: readonly number[]): StoredWeights | undefined {
    const key = channelAxes.join()
    const known = this.#quantized.get(constant) ?? new Map<string, StoredWeights | undefined>()
    this.#quantized.set(constant, known)
    if (!known.has(key)) known.set(key, quantizeConstant(constant, channelAxes))
    return known.get(key)
  }

  /** Whatever choice of channels the constant was quantised with first; undefined when it was not. */
  any(constant: Value): StoredWeights | undefined {
    return [...(this.#quantized.get(constant)?.values() ?? [])].find((weights) => weights !== undefined)
  }

  /** In the layout of the constant. */
  signed(weights: StoredWeights): Value {
    return this.#once(weights, 'int8', () => tensorOver('int8', weights.dims, weights.values))
  }

  /** Shifted by the zero point 128. */
  unsigned(weights: StoredWeights): Value {
    return this.#once(weights, 'uint8', () => tensorOver('uint8', weights.dims, toUint8(weights.values)))
  }

  /** A matrix laid out transposed. */
  signedTransposed(weights: StoredWeights): Value {
    const [rows = 1, columns = 1] = weights.dims
    return this.#once(weights, 'int8-transposed', () =>
      tensorOver('int8', [columns, rows], transposed(weights.values, rows, columns)),
    )
  }

  /** Scales under dims that hold one element a channel. */
  scales(weights: StoredWeights, dims: readonly number[], factor = 1): Value {
    const scaled = factor === 1 ? weights.scales : weights.scales.map((scale) => scale * factor)
    return this.#once(weights, `scale[${dims}]*${factor}`, () => tensorOver('float32', dims, scaled))
  }

  #once(weights: StoredWeights, form: string, make: () => Tensor): Value {
    const made = this.#initializers.get(weights) ?? new Map<string, Value>()
    this.#initializers.set(weights, made)
    const known = made.get(form)
    if (known) return known
    const suffix = form.replace(/\[.*/, '')
    const value = this.#model.graph.addInitializer(make(), `${weights.constant.name}.${suffix}`)
    made.set(form, value)
    return value
  }
}

function quantizeConstant(constant: Value, channelAxes: readonly number[]): StoredWeights | undefined {
  const { tensor } = constant
  const data = tensor && tensorData(tensor)
  if (!tensor || !(data instanceof Float32Array)) return undefined
  const layout = channelLayout(tensor.dims, channelAxes)
  const quantized = quantizeInt8(data, layout)
  return quantized && { ...quantized, constant, dims: tensor.dims, layout }
}
