import { ModelError } from '../errors/index.ts'
import type { Model } from '../graph/index.ts'
import { quantizeToFloat16 } from './fp16.ts'
import { quantizeToInt8 } from './int8.ts'
import type { Quantization, Quantized, QuantizeOptions, QuantScheme } from './scheme.ts'

type Scheme = (model: Model, options: QuantizeOptions) => Quantized

/** Every scheme: the list to read, and the one place to register. */
const SCHEMES: { readonly [scheme in QuantScheme]: Scheme } = {
  none: () => ({ layers: [], forms: new Map() }),
  fp16: quantizeToFloat16,
  int8: quantizeToInt8,
  'int8-dynamic': (model, options) => obeyed('int8-dynamic', options, quantizeToInt8(model, options)),
  'int8-weights': (model, options) => obeyed('int8-weights', options, quantizeToInt8(model, options)),
}

/**
 * Quantises a model's weights in place, and says of every layer what became of it and why. The bytes depend on the model and
 * the options alone: our own arithmetic, no engine, no timing.
 *
 * @throws ModelError NOTHING_TO_QUANTIZE when an exact form (`int8-dynamic`, `int8-weights`) fits no layer.
 * @example
 * const small = model.clone()
 * const { layers } = quantize(small, { scheme: 'int8', target: 'wasm' })
 */
export function quantize(model: Model, options: QuantizeOptions): Quantization {
  return { scheme: options.scheme, ...SCHEMES[options.scheme](model, options) }
}

function obeyed(
  scheme: 'int8-dynamic' | 'int8-weights',
  { target }: QuantizeOptions,
  quantized: Quantized,
): Quantized {
  if (quantized.layers.some((layer) => layer.scheme === scheme)) return quantized
  const [first] = quantized.layers
  throw new ModelError('NOTHING_TO_QUANTIZE', {
    what: `No layer of the model can take the form quant=${scheme} for target=${target}`,
    why: first ? `${first.name}: ${first.reason}` : 'It has no layer with constant float32 weights',
    next: 'Ask for the intent quant=int8, which chooses layer by layer, or for quant=fp16',
  })
}
