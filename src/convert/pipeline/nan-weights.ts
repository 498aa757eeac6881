import { type DType, type Model, type Tensor, tensorChunks, typedView } from '../../graph/index.ts'

/** NaN among the weights: a training that diverged, or a damaged file. Whatever runs the model gives NaN for it as well. */
export function nanWarnings({ graph }: Model): string[] {
  const damaged = [...graph.initializers]
    .filter(({ tensor }) => tensor && hasNaN(tensor))
    .map(({ name }) => name)
  if (damaged.length === 0) return []
  const more = damaged.length > 3 ? ` and ${damaged.length - 3} more` : ''
  return [
    `Weights hold NaN, in ${damaged.slice(0, 3).join(', ')}${more}: was the training, or the file, damaged?`,
  ]
}

/** Half floats come as their bits: all of the exponent and some of the fraction. */
const IS_NAN: { readonly [dtype in DType]?: (element: number) => boolean } = {
  float32: Number.isNaN,
  float64: Number.isNaN,
  float16: (bits) => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0,
  bfloat16: (bits) => (bits & 0x7f80) === 0x7f80 && (bits & 0x7f) !== 0,
}

function hasNaN(tensor: Tensor): boolean {
  const test = IS_NAN[tensor.dtype]
  if (!test) return false
  for (const chunk of tensorChunks(tensor)) {
    const data = typedView(tensor.dtype, chunk)
    for (let index = 0; index < data.length; index++) if (test(Number(data[index]))) return true
  }
  return false
}
