import type { InferenceSession } from 'onnxruntime-web'
import { ModelRuntimeError, messageOf } from './errors.ts'
import { type CheckedFeed, checkFeeds } from './feeds.ts'
import type { Loaders, Manifest, OrtModule } from './manifest.ts'
import { queueOf } from './queue.ts'
import { type Loaded, SessionHolder } from './session-holder.ts'
import { toResult, toTensor } from './tensors.ts'
import type { Feeds, LoadOptions, Model, ModelMeta, Ports, Result, Results, RunOptions } from './types.ts'

/** The object behind `import model from …`. Nothing happens before the first `load`, `run` or `ort`. */
export class PageModel implements Model {
  private readonly manifest: Manifest
  private readonly holder: SessionHolder

  constructor(manifest: Manifest, loaders: Loaders) {
    this.manifest = manifest
    this.holder = new SessionHolder(manifest, loaders)
  }

  get inputs(): Manifest['inputs'] {
    return this.manifest.inputs
  }

  get outputs(): Manifest['outputs'] {
    return this.manifest.outputs
  }

  get meta(): ModelMeta {
    return this.manifest.meta
  }

  get session(): InferenceSession | undefined {
    return this.holder.session
  }

  ort(): Promise<OrtModule> {
    return this.holder.ort()
  }

  async load(options: LoadOptions = {}): Promise<void> {
    await this.holder.ready(options)
  }

  async run(feeds: Feeds<Ports>, { signal }: RunOptions = {}): Promise<Results<Ports>> {
    const checked = checkFeeds(this.manifest, feeds)
    return this.holder.use({ signal }, (loaded) =>
      queueOf(loaded.ort).add(() => this.compute(loaded, checked), signal),
    )
  }

  dispose(): Promise<void> {
    return this.holder.dispose()
  }

  private async compute(
    { ort, session }: Loaded,
    feeds: ReadonlyMap<string, CheckedFeed>,
  ): Promise<Results<Ports>> {
    const tensors = Object.fromEntries([...feeds].map(([name, feed]) => [name, toTensor(ort, feed)]))
    let results: InferenceSession.ReturnType
    try {
      results = await session.run(tensors)
    } catch (error) {
      throw new ModelRuntimeError(
        'RUN_FAILED',
        `${this.manifest.name} failed while it ran: ${messageOf(error)}`,
        error,
      )
    }
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]): [string, Result] => [name, toResult(name, tensor)]),
    )
  }
}
