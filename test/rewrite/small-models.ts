import {
  type Builder,
  createBuilder,
  Model,
  symbol,
  tensorOf,
  tensorType,
  type Value,
} from '../../src/graph/index.ts'
import { seededFloats } from '../support/run-model.ts'

/** A model over `x: float32[N, 3, 4, 4]`, built by the case. */
export function modelOf(build: (b: Builder, x: Value) => Value): Model {
  const model = new Model()
  model.dynamicDim('N', { hint: 2 })
  const x = model.graph.addInput('x', tensorType('float32', [symbol('N'), 3, 4, 4]))
  model.graph.addOutput('y', build(createBuilder(model), x))
  return model
}

export const weights = (dims: number[], seed = 1) =>
  tensorOf(
    'float32',
    dims,
    seededFloats(
      dims.reduce((a, b) => a * b, 1),
      seed,
    ),
  )
export const positive = (length: number, seed: number) =>
  tensorOf(
    'float32',
    [length],
    seededFloats(length, seed).map((v) => Math.abs(v) + 0.1),
  )
/** What `modelOf`'s models are run on. */
export const feeds = { x: { dtype: 'float32', dims: [2, 3, 4, 4], data: seededFloats(96, 9) } } as const
export const operators = (model: Model) => [...model.graph.allNodes()].map((node) => node.op)

/** A convolution of 3 channels into 5 and its normalisation. */
export const convBatchNorm = (b: Builder, input: Value, bias?: Value, seed = 1): Value => {
  const convolved = b.conv(input, b.constant(weights([5, 3, 3, 3], seed), 'conv.weight'), {
    B: bias,
    pads: [1, 1, 1, 1],
  })
  const [scale, shift, mean, variance] = [
    positive(5, seed + 1),
    weights([5], seed + 2),
    weights([5], seed + 3),
    positive(5, seed + 4),
  ].map((t) => b.constant(t))
  if (!scale || !shift || !mean || !variance) throw new Error('four constants are made above')
  return b.batchNormalization(convolved, scale, shift, mean, variance, { epsilon: 1e-3 })
}
