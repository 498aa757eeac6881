import { createBuilder, Model, tensorOf, tensorType } from '../../src/graph/index.ts'
import { joinChunks, writeModel } from '../../src/graph/onnx/index.ts'
import { Random } from '../../src/validate/random.ts'

/** `image` [N, 3, 8, 8] → convolution → `features` [N, 4, 8, 8] → its ReLU, `output`. */
export function toyModel(channels = 4): Model {
  const model = new Model()
  const n = model.dynamicDim('N', { hint: 2 })
  const image = model.graph.addInput('image', tensorType('float32', [n, 3, 8, 8]))
  const b = createBuilder(model)
  const random = new Random(1)
  const weights = Array.from({ length: channels * 27 }, () => random.normal())
  const features = b.conv(image, b.constant(tensorOf('float32', [channels, 3, 3, 3], weights)), {
    pads: [1, 1, 1, 1],
  })
  model.graph.addOutput('features', features)
  model.graph.addOutput('output', b.relu(features))
  return model
}

export const toyBytes = (channels = 4): Uint8Array => joinChunks(writeModel(toyModel(channels)).model)
