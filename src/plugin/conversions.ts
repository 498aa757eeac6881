import type { ConvertRequest, ConvertResult, ResultsInUse } from '../convert/index.ts'

/** The pipeline, as the plugin calls it. */
export type Convert = (request: ConvertRequest) => Promise<ConvertResult>

/** Keeps what a build or a server stands on in the cache. */
export type KeepResults = (inUse: ResultsInUse) => Promise<void>

export interface ConversionKey {
  readonly file: string
  readonly query: string
}

/**
 * Runs conversions for one plugin. Importers that ask for the same model at the same time share one run (client and
 * server build, page and worker); a later one runs again, and is answered by the pipeline's cache if nothing changed.
 */
export class Conversions {
  readonly #running = new Map<string, Promise<ConvertResult>>()
  readonly #convert: Convert

  constructor(convert: Convert) {
    this.#convert = convert
  }

  get(
    { file, query }: ConversionKey,
    place: { root: string; cacheDir: string | undefined },
  ): Promise<ConvertResult> {
    const key = `${file}?${query}`
    const running = this.#running.get(key)
    if (running !== undefined) return running
    const started = this.#convert({ file, query, ...place }).finally(() => this.#running.delete(key))
    this.#running.set(key, started)
    return started
  }
}
