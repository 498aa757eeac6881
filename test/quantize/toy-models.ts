import { createEngine, type EngineTensor, engineTensor, type KernelEvent } from '../../src/engine/index.ts'
import {
  type Builder,
  createBuilder,
  type Dim,
  elementCount,
  inferGraph,
  Model,
  type Tensor,
  tensorOf,
  tensorType,
  type Value,
} from '../../src/graph/index.ts'
import { joinChunks, writeModel } from '../../src/graph/onnx/index.ts'
import { type QuantScheme, quantize } from '../../src/quantize/index.ts'
import { Random } from '../../src/validate/random.ts'

export const engine = createEngine()

/** A model of one float32 input `x` and one output `y`. */
export function modelOf(dims: readonly Dim[], make: (b: Builder, x: Value) => Value): Model {
  const model = new Model()
  const x = model.graph.addInput('x', tensorType('float32', dims))
  model.graph.addOutput('y', make(createBuilder(model), x))
  return model
}

/** Normal float32 values from a seed. */
export function noise(dims: readonly number[], seed = 1): Tensor {
  const random = new Random(seed)
  return tensorOf(
    'float32',
    dims,
    Array.from({ length: elementCount(dims) }, () => random.normal()),
  )
}

export const bytesOf = (model: Model): Uint8Array => joinChunks(writeModel(model).model)

/** Quantises a copy, infers it afresh, and gives it with its report. */
export function quantized(model: Model, scheme: QuantScheme) {
  const copy = model.clone()
  const { layers } = quantize(copy, { scheme, target: 'wasm' })
  inferGraph(copy)
  return { model: copy, layers }
}

/** Runs a model on one input and gives its output `y` with the kernels that ran. */
export async function run(model: Model, x: Tensor): Promise<{ y: EngineTensor; kernels: KernelEvent[] }> {
  const session = await engine.session({ bytes: bytesOf(model) }, { profile: true })
  const outputs = await session.run(new Map([['x', engineTensor(x.dtype, x.dims, x.bytes())]]))
  const kernels = session.kernels()
  await session.release()
  const y = outputs.get('y')
  if (!y) throw new Error('no output y')
  return { y, kernels }
}

export const opsOf = (kernels: readonly KernelEvent[]): string[] => kernels.map(({ op }) => op)

/** Operators of a graph in order. */
export const nodesOf = (model: Model): string[] => [...model.graph.allNodes()].map(({ op }) => op)

/** The constant of that name. */
export function constantNamed(model: Model, name: string): Tensor {
  const found = [...model.graph.initializers].find((value) => value.name === name)
  if (!found?.tensor)
    throw new Error(`no constant ${name}: ${[...model.graph.initializers].map((v) => v.name)}`)
  return found.tensor
}
