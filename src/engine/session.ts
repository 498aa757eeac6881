import type { InferenceSession, Tensor } from 'onnxruntime-web'
import { ModelError } from '../errors/index.ts'
import { dtypeFromName } from '../graph/index.ts'
import { engineError } from './failure.ts'
import { endProfiling, type KernelEvent } from './profile.ts'
import type { Runtime } from './runtime.ts'
import { type EngineTensor, type EngineValueInfo, fromOrt, toOrt } from './tensors.ts'

/** A serialised model, and the files its external data refers to. */
export interface EngineModel {
  readonly bytes: Uint8Array
  /** `path` as the model's `location` entries spell it. */
  readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array }[] | undefined
}

export interface SessionOptions {
  /** onnxruntime's own graph optimiser. @default 'all', what a page gets */
  readonly optimize?: 'disabled' | 'basic' | 'extended' | 'all' | undefined
  /** Record the kernels that run, for `kernels()`. @default false */
  readonly profile?: boolean | undefined
}

/** A loaded model. Both loading and running keep the calling thread busy: sessions belong in a worker. */
export interface EngineSession {
  readonly inputs: readonly EngineValueInfo[]
  readonly outputs: readonly EngineValueInfo[]
  /** @throws ModelError ENGINE_FAILED with the node named, where onnxruntime says which. */
  run(feeds: ReadonlyMap<string, EngineTensor>): Promise<Map<string, EngineTensor>>
  /** Kernels of all runs so far; ends the recording. @throws ModelError INTERNAL without `profile: true`. */
  kernels(): KernelEvent[]
  release(): Promise<void>
}

/** Only fatal errors: what is thrown need not be printed too. */
const SILENT = 4

/** @throws ModelError ENGINE_FAILED when onnxruntime refuses the model. */
export async function openSession(
  runtime: Runtime,
  model: EngineModel,
  { optimize = 'all', profile = false }: SessionOptions,
): Promise<EngineSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: ['wasm'],
    graphOptimizationLevel: optimize,
    enableProfiling: profile,
    logSeverityLevel: SILENT,
    externalData: (model.externalData ?? []).map(({ path, data }) => ({ path, data })),
  }
  try {
    const session = await runtime.InferenceSession.create(model.bytes, options)
    return new OrtSession(runtime, session, profile)
  } catch (error) {
    throw engineError('load the model', error)
  }
}

class OrtSession implements EngineSession {
  readonly inputs: readonly EngineValueInfo[]
  readonly outputs: readonly EngineValueInfo[]
  readonly #runtime: Runtime
  readonly #session: InferenceSession
  #profiling: boolean

  constructor(runtime: Runtime, session: InferenceSession, profiling: boolean) {
    this.#runtime = runtime
    this.#session = session
    this.#profiling = profiling
    this.inputs = session.inputMetadata.map(valueInfo)
    this.outputs = session.outputMetadata.map(valueInfo)
  }

  async run(feeds: ReadonlyMap<string, EngineTensor>): Promise<Map<string, EngineTensor>> {
    const given: Record<string, Tensor> = Object.create(null)
    for (const [name, tensor] of feeds) given[name] = toOrt(this.#runtime, name, tensor)
    try {
      const results = await this.#session.run(given, { logSeverityLevel: SILENT })
      return new Map(this.#session.outputNames.map((name) => [name, fromOrt(name, named(results, name))]))
    } catch (error) {
      throw engineError('run the model', error)
    }
  }

  kernels(): KernelEvent[] {
    if (!this.#profiling)
      throw new ModelError('INTERNAL', { what: 'The session was opened without profile: true' })
    this.#profiling = false
    return endProfiling(this.#session)
  }

  async release(): Promise<void> {
    if (this.#profiling) this.kernels()
    await this.#session.release()
  }
}

function named(results: InferenceSession.ReturnType, name: string): Tensor {
  const tensor = results[name]
  if (tensor) return tensor
  throw new ModelError('ENGINE_FAILED', { what: `onnxruntime-web gave no output ${name}` })
}

/** An unnamed dynamic dim is 4294967295 (-1 unsigned) in the web binding and '' in the native one. */
function valueInfo(metadata: InferenceSession.ValueMetadata): EngineValueInfo {
  const dtype = metadata.isTensor ? dtypeFromName(metadata.type) : undefined
  if (!metadata.isTensor || dtype === undefined)
    throw new ModelError('ENGINE_FAILED', {
      what: `${metadata.name} is not a tensor that can be passed in or out`,
    })
  const dims = metadata.shape.map((dim) => (dim === '' || dim === 0xffffffff || dim === -1 ? undefined : dim))
  return { name: metadata.name, dtype, dims }
}
