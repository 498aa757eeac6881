import type { InferenceSession } from 'onnxruntime-web'
import { ModelRuntimeError } from './errors.ts'
import type { Loaders, Manifest, OrtModule, Provider } from './manifest.ts'
import { pickProviders } from './providers.ts'
import { queueOf } from './queue.ts'
import { readAssets } from './read-assets.ts'
import { SharedLoad, type Work } from './shared-load.ts'
import { importOrt, startSession } from './start-session.ts'
import type { LoadOptions } from './types.ts'

export interface Loaded {
  readonly ort: OrtModule
  readonly session: InferenceSession
}

interface Attempt {
  readonly load: SharedLoad<Loaded>
  readonly wanted: readonly Provider[] | undefined
  /** Runs that have begun or wait. */
  readonly uses: Set<Promise<unknown>>
  loaded?: Loaded
}

/** Holds the one session of a model: created on demand, shared by all callers, tried again after a failure. */
export class SessionHolder {
  private readonly manifest: Manifest
  private readonly loaders: Loaders
  private runtime: Promise<OrtModule> | undefined
  private attempt: Attempt | undefined

  constructor(manifest: Manifest, loaders: Loaders) {
    this.manifest = manifest
    this.loaders = loaders
  }

  get session(): InferenceSession | undefined {
    return this.attempt?.loaded?.session
  }

  ort(): Promise<OrtModule> {
    this.runtime ??= importOrt(this.loaders).catch((error: unknown) => {
      this.runtime = undefined
      throw error
    })
    return this.runtime
  }

  async ready(options: LoadOptions): Promise<Loaded> {
    return this.current(options).load.join(options)
  }

  /** Does something with the session, which lives until that is done. */
  async use<T>(options: LoadOptions, task: (loaded: Loaded) => Promise<T>): Promise<T> {
    const { load, uses } = this.current(options)
    const use = load.join(options).then(task)
    uses.add(use)
    try {
      return await use
    } finally {
      uses.delete(use)
    }
  }

  async dispose(): Promise<void> {
    const attempt = this.attempt
    this.attempt = undefined
    if (attempt?.loaded === undefined) {
      attempt?.load.abort(
        new DOMException(`${this.manifest.name} was disposed of while it loaded`, 'AbortError'),
      )
      return
    }
    const { ort, session } = attempt.loaded
    await Promise.allSettled(attempt.uses)
    // An aborted run may still be under way: the queue knows.
    await queueOf(ort).add(() => session.release())
  }

  private current(options: LoadOptions): Attempt {
    options.signal?.throwIfAborted()
    const attempt = this.attempt
    if (attempt === undefined || attempt.load.aborted) return this.start(options)
    this.refuseOtherProviders(attempt, options)
    return attempt
  }

  private start({ executionProviders }: LoadOptions): Attempt {
    const attempt: Attempt = {
      load: new SharedLoad(this.open(executionProviders)),
      wanted: executionProviders,
      uses: new Set(),
    }
    this.attempt = attempt
    attempt.load.result.then(
      (loaded) => {
        attempt.loaded = loaded
      },
      () => {
        if (this.attempt === attempt) this.attempt = undefined
      },
    )
    return attempt
  }

  /** Fetches the model while onnxruntime-web is imported; both are needed before the session. */
  private open(wanted: readonly Provider[] | undefined): Work<Loaded> {
    return async (signal, onProgress) => {
      const { manifest, loaders } = this
      const providers = await pickProviders(manifest, wanted)
      const [ort, files] = await Promise.all([
        this.ort(),
        readAssets(manifest, loaders, { signal, onProgress }),
      ])
      // Without the signal: a session that is being created when the load is abandoned must be waited for and freed.
      const session = await queueOf(ort).add(() => {
        signal.throwIfAborted()
        return startSession(ort, { name: manifest.name, files, providers })
      })
      if (!signal.aborted) return { ort, session }
      await session.release()
      throw signal.reason
    }
  }

  private refuseOtherProviders({ wanted }: Attempt, { executionProviders }: LoadOptions): void {
    if (
      executionProviders === undefined ||
      String(executionProviders) === String(wanted ?? this.manifest.providers)
    )
      return
    throw new ModelRuntimeError(
      'ALREADY_LOADED',
      `${this.manifest.name} is loaded for ${(wanted ?? this.manifest.providers).join(', ')}. ` +
        `Call dispose() before you load it for ${executionProviders.join(', ')}.`,
    )
  }
}
