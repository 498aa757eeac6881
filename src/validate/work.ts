import { evaluate, type Model, type Node, type Value } from '../graph/index.ts'

/** What each symbolic dim is. */
export type Sizes = ReadonlyMap<string, number>

/**
 * Multiply-accumulates of one run: convolutions and products of matrices, the work of nearly any model. What has no known size is
 * not counted, and a body of a loop not either. It depends on the model alone, so that what is decided by it is so on every machine.
 */
export function multiplyAccumulates(model: Model, sizes: Sizes): number {
  let total = 0
  for (const node of model.graph.nodes()) total += WORK.get(node.op)?.(node, sizes) ?? 0
  return total
}

const WORK: ReadonlyMap<string, (node: Node, sizes: Sizes) => number> = new Map([
  ['Conv', ({ inputs, outputs }, sizes) => elements(outputs[0], sizes) * eachChannel(inputs[1], sizes)],
  ['ConvTranspose', ({ inputs }, sizes) => elements(inputs[0], sizes) * eachChannel(inputs[1], sizes)],
  ['MatMul', ({ inputs, outputs }, sizes) => elements(outputs[0], sizes) * lengthOf(inputs[0], -1, sizes)],
  [
    'Gemm',
    (node, sizes) =>
      elements(node.outputs[0], sizes) *
      lengthOf(node.inputs[0], node.attribute('transA', 'int') ? 0 : 1, sizes),
  ],
])

const elements = (value: Value | undefined, sizes: Sizes): number =>
  shapeOf(value, sizes).reduce((count, size) => count * size, value ? 1 : 0)

/** Weights of a convolution begin with the channels of the side that is counted already. */
const eachChannel = (weights: Value | undefined, sizes: Sizes): number =>
  shapeOf(weights, sizes)
    .slice(1)
    .reduce((count, size) => count * size, 1)

const lengthOf = (value: Value | undefined, axis: number, sizes: Sizes): number =>
  shapeOf(value, sizes).at(axis) ?? 0

const shapeOf = (value: Value | undefined, sizes: Sizes): number[] => {
  const dims = value?.type?.kind === 'tensor' ? value.type.dims : undefined
  return (dims ?? [0]).map((dim) => Math.max(0, evaluate(dim, sizes) ?? 0))
}
