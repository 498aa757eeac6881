import float from '../../fixtures/digits/net.pth?format=onnx'
import int8 from '../../fixtures/digits/net.pth?format=onnx&quant=int8'
import report from '../../fixtures/digits/net.pth?format=onnx&quant=int8&as=meta'

/** One PyTorch file, imported twice. Nothing is fetched before the first `load` or `run`. */
export const MODELS = { int8, float }

/** How each layer of the int8 variant was quantised, and what that cost. */
export const INT8_LAYERS = report.layers

export type Variant = keyof typeof MODELS

export function isVariant(name: string): name is Variant {
  return Object.hasOwn(MODELS, name)
}
