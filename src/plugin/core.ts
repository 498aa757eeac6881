import { resolve } from 'node:path'
import type { ConvertResult, ResultsInUse } from '../convert/index.ts'
import type { Where } from '../errors/index.ts'
import { askedFiles } from './asked-files.ts'
import { Conversions, type Convert, type KeepResults } from './conversions.ts'
import { importPlace } from './imports/import-place.ts'
import { formatModelId, type ModelId } from './model-id.ts'
import type { ModelPluginOptions } from './options.ts'
import { shownError } from './shown-error.ts'
import { summaryLine } from './summary.ts'
import { DeclarationFile, declarationPath } from './types/declaration-file.ts'
import { importDeclarations } from './types/import-declarations.ts'

/** What one plugin does whatever the host: converts, keeps the generated types, tells what it did. */
export class ModelCore {
  readonly #options: ModelPluginOptions
  readonly #conversions: Conversions
  readonly #keepResults: KeepResults
  #declarations: DeclarationFile | undefined
  #root = process.cwd()
  /** Resolved id → imports as they are written. */
  readonly #written = new Map<string, Map<string, ModelId>>()
  /** Resolved id → the first import of it, for errors that are the import's. */
  readonly #importers = new Map<string, { readonly importer: string; readonly asWritten: ModelId }>()
  readonly #results = new Map<string, ConvertResult>()
  readonly #told = new Set<string>()
  /** Ids whose last conversion failed → the model's path. */
  readonly #failed = new Map<string, readonly string[]>()

  constructor(options: ModelPluginOptions, convert: Convert, keepResults: KeepResults) {
    this.#options = options
    this.#conversions = new Conversions(convert)
    this.#keepResults = keepResults
  }

  /** Called when the host knows the project's root. */
  start(root: string): void {
    this.#root = root
    const { dts } = this.#options
    if (dts !== false) this.#declarations ??= new DeclarationFile(declarationPath(root, dts), root)
  }

  get projectRoot(): string {
    return this.#root
  }

  /** Notes how an importer spells a model, which is what the generated types must match. */
  async noteImport(id: ModelId, asWritten: ModelId, importer: string): Promise<void> {
    const key = formatModelId(id)
    if (!this.#importers.has(key)) this.#importers.set(key, { importer, asWritten })
    const spellings = this.#written.get(key) ?? new Map<string, ModelId>()
    this.#written.set(key, spellings)
    const spelling = formatModelId(asWritten)
    if (spellings.has(spelling)) return
    spellings.set(spelling, asWritten)
    const result = this.#results.get(key)
    if (result !== undefined) await this.#declare(id, [asWritten], result)
  }

  /** Converts the model of a resolved id, and writes its types. */
  async convert(id: ModelId): Promise<ConvertResult> {
    const key = formatModelId(id)
    if (!this.#failed.has(key)) this.#failed.set(key, [id.path])
    const result = await this.#runPipeline(id).catch((error: unknown) => {
      this.#failed.set(key, askedFiles(id, error))
      throw error
    })
    this.#failed.delete(key)
    this.#results.set(key, result)
    await this.#declare(id, [...(this.#written.get(key)?.values() ?? [])], result)
    return result
  }

  /** Whether an edit of `file` may mend a model that failed to convert: it was read, or looked for, on the way. */
  mayMend(file: string): boolean {
    return [...this.#failed.values()].some((files) => files.some((each) => resolve(each) === resolve(file)))
  }

  /** Notes that the build, or the server, stands on all results so far. */
  async keepResults(user: ResultsInUse['user']): Promise<void> {
    const { cacheDir } = this.#options
    await this.#keepResults({ root: this.#root, cacheDir, user, results: this.#results.values() })
  }

  /** The line that tells of a conversion; undefined when the same one has been told. */
  tell(id: ModelId, result: ConvertResult): string | undefined {
    const key = `${formatModelId(id)} ${result.assets.map(({ sha256 }) => sha256).join()}`
    if (this.#told.has(key)) return undefined
    this.#told.add(key)
    return summaryLine(id, result)
  }

  async #runPipeline(id: ModelId): Promise<ConvertResult> {
    const { path, query } = id
    const place = { root: this.#root, cacheDir: this.#options.cacheDir }
    try {
      return await this.#conversions.get({ file: path, query }, place)
    } catch (error) {
      throw shownError(error, id, await this.#placeOf(id))
    }
  }

  async #placeOf(id: ModelId): Promise<Where | undefined> {
    const noted = this.#importers.get(formatModelId(id))
    return noted && importPlace(this.#root, noted.importer, noted.asWritten)
  }

  async #declare(id: ModelId, spellings: readonly ModelId[], result: ConvertResult): Promise<void> {
    await this.#declarations?.add(importDeclarations(this.#root, { id, spellings, result }))
  }
}
