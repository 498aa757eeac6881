import float from '../../fixtures/digits/net.pth?format=onnx'
import int8 from '../../fixtures/digits/net.pth?format=onnx&quant=int8'

/** One PyTorch file, imported twice. Nothing is fetched before the first `load` or `run`. */
export const MODELS = { int8, float }

export type Variant = keyof typeof MODELS

export function isVariant(name: string): name is Variant {
  return Object.hasOwn(MODELS, name)
}
