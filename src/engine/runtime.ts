import { createRequire } from 'node:module'
import type * as Ort from 'onnxruntime-web'
import { ModelError } from '../errors/index.ts'
import { findRuntime } from './installed.ts'

/** The parts of onnxruntime-web that the engine calls. */
export type Runtime = Pick<typeof Ort, 'InferenceSession' | 'Tensor' | 'env'>

/**
 * onnxruntime-web as `findRuntime` finds it. Its `node` build: CPU kernels of the wasm binary that browsers get, nothing
 * native.
 *
 * @param root Folder of the user's package.json.
 * @throws ModelError ENGINE_FAILED when it is not installed, or what is found is something else.
 */
export function loadRuntime(root: string | undefined): Runtime {
  const path = findRuntime(root)
  if (path !== undefined) return checkedRuntime(path)
  throw new ModelError('ENGINE_FAILED', {
    what: 'onnxruntime-web is not installed',
    where: { file: root },
    why: 'It checks the converted model, and runs it in the browser',
    next: 'npm install onnxruntime-web',
  })
}

function checkedRuntime(path: string): Runtime {
  const found: unknown = createRequire(import.meta.url)(path)
  if (isRuntime(found)) return configured(found)
  throw new ModelError('ENGINE_FAILED', {
    what: `${path} is not a usable onnxruntime-web`,
    why: 'It exports no InferenceSession and Tensor',
    next: 'npm install onnxruntime-web@^1.30.0',
  })
}

const isRuntime = (value: unknown): value is Runtime =>
  typeof value === 'object' &&
  value !== null &&
  'InferenceSession' in value &&
  'Tensor' in value &&
  'env' in value

/**
 * One thread: sums are then added in one order, and results are the same from machine to machine. Warnings are off,
 * because they go straight to the process's stderr; errors are thrown all the same.
 */
function configured(runtime: Runtime): Runtime {
  runtime.env.wasm.numThreads = 1
  runtime.env.logLevel = 'fatal'
  return runtime
}
