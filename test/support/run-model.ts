import { createEngine, type Engine, type EngineTensor } from '../../src/engine/index.ts'
import type { Model } from '../../src/graph/index.ts'
import { joinChunks, writeModel } from '../../src/graph/onnx/index.ts'

let engine: Engine | undefined

/** What onnxruntime-web gives for a model, its own optimiser off, so that what we wrote is what runs. */
export async function runModel(
  model: Model,
  feeds: Readonly<Record<string, EngineTensor>>,
): Promise<Map<string, EngineTensor>> {
  engine ??= createEngine()
  const session = await engine.session(
    { bytes: joinChunks(writeModel(model).model) },
    { optimize: 'disabled' },
  )
  try {
    return await session.run(new Map(Object.entries(feeds)))
  } finally {
    await session.release()
  }
}

/** Float32 values that repeat for the same seed, in −1 … 1. */
export function seededFloats(count: number, seed = 1): Float32Array {
  let state = seed * 2654435761
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}
