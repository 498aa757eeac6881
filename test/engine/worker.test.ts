import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import {
  createBuilder,
  elementCount,
  Model,
  type Tensor,
  tensorOf,
  tensorType,
} from '../../src/graph/index.ts'
import { joinChunks, writeModel } from '../../src/graph/onnx/index.ts'

const ENGINE = fileURLToPath(new URL('../../src/engine/index.ts', import.meta.url))

/** What a job's thread does; Vite loads the TypeScript there, as the tests' own runner does here. */
const JOB = `
  const { parentPort, workerData } = require('node:worker_threads')
  const work = async () => {
    const { runnerImport } = await import('vite')
    const { module } = await runnerImport(workerData.engine, { configFile: false, logLevel: 'error' })
    const session = await module.createEngine().session({ bytes: workerData.bytes }, { profile: true })
    parentPort.postMessage('running')
    let sum = 0
    for (let run = 0; run < 20; run++) {
      const outputs = await session.run(new Map([['x', { dtype: 'float32', dims: workerData.dims, data: workerData.x }]]))
      sum += outputs.get('y').data[0]
    }
    parentPort.postMessage({ sum, kernels: session.kernels().length })
    await session.release()
  }
  work()
`

describe('the engine in a worker thread', () => {
  it('leaves the event loop of the main thread free while it works', async () => {
    const { bytes, x } = heavyModel()
    const worker = new Worker(JOB, {
      eval: true,
      workerData: { engine: ENGINE, bytes, dims: x.dims, x: new Float32Array(x.bytes().slice().buffer) },
    })
    const ticks: number[] = []
    let timer: NodeJS.Timeout | undefined
    const result = await new Promise<unknown>((resolve, reject) => {
      worker.on('error', reject)
      worker.on('message', (message: unknown) => {
        if (message === 'running') timer = setInterval(() => ticks.push(performance.now()), 5)
        else resolve(message)
      })
    })
    clearInterval(timer)
    const exit = await new Promise((resolve) => worker.on('exit', resolve))
    expect(result).toEqual({ sum: expect.any(Number), kernels: 40 })
    expect(exit).toBe(0)
    expect(ticks.length).toBeGreaterThan(5)
  })
})

/** Some 20 ms a run: two products of 256 x 1024 x 1024. */
function heavyModel(): { bytes: Uint8Array; x: Tensor } {
  const model = new Model()
  const b = createBuilder(model)
  const dims = [256, 1024]
  const x = model.graph.addInput('x', tensorType('float32', dims))
  const ones = (shape: readonly number[]): Tensor =>
    tensorOf('float32', shape, new Float32Array(elementCount(shape)).fill(0.01))
  const hidden = b.matMul(x, b.constant(ones([1024, 1024])))
  model.graph.addOutput('y', b.matMul(hidden, b.constant(ones([1024, 1024]))))
  return { bytes: joinChunks(writeModel(model).model), x: ones(dims) }
}
