import { dirname, relative } from 'node:path'
import type { ConvertResult } from '../convert/index.ts'
import { Conversions, type Convert } from './conversions.ts'
import { formatModelId, type ModelId } from './model-id.ts'
import type { ModelPluginOptions } from './options.ts'
import { shownError } from './shown-error.ts'
import { summaryLine } from './summary.ts'
import { DeclarationFile, declarationPath } from './types/declaration-file.ts'
import { importDeclarations } from './types/import-declarations.ts'

/** What one plugin does whatever the host: converts, keeps the generated types, tells what it did. */
export class ModelCore {
  private readonly options: ModelPluginOptions
  private readonly conversions: Conversions
  private declarations: DeclarationFile | undefined
  private root = process.cwd()
  /** Resolved id → imports as they are written. */
  private readonly written = new Map<string, Map<string, ModelId>>()
  private readonly results = new Map<string, ConvertResult>()
  private readonly told = new Set<string>()
  /** Ids whose last conversion failed → the model's path. */
  private readonly failed = new Map<string, string>()

  constructor(options: ModelPluginOptions, convert: Convert) {
    this.options = options
    this.conversions = new Conversions(convert)
  }

  /** Called when the host knows the project's root. */
  start(root: string): void {
    this.root = root
    const { dts } = this.options
    if (dts !== false) this.declarations ??= new DeclarationFile(declarationPath(root, dts), root)
  }

  get projectRoot(): string {
    return this.root
  }

  /** Notes how an importer spells a model, which is what the generated types must match. */
  async noteImport(id: ModelId, asWritten: ModelId): Promise<void> {
    const key = formatModelId(id)
    const spellings = this.written.get(key) ?? new Map<string, ModelId>()
    this.written.set(key, spellings)
    const spelling = formatModelId(asWritten)
    if (spellings.has(spelling)) return
    spellings.set(spelling, asWritten)
    const result = this.results.get(key)
    if (result !== undefined) await this.declare(id, [asWritten], result)
  }

  /** Converts the model of a resolved id, and writes its types. */
  async convert(id: ModelId): Promise<ConvertResult> {
    const key = formatModelId(id)
    this.failed.set(key, id.path)
    const result = await this.runPipeline(id)
    this.failed.delete(key)
    this.results.set(key, result)
    await this.declare(id, [...(this.written.get(key)?.values() ?? [])], result)
    return result
  }

  /**
   * Whether an edit of `file` may mend a model that failed to convert. What it depends on is not known then, so that any
   * file below the model's folder is worth a try: its architecture, its external data.
   */
  mayMend(file: string): boolean {
    return [...this.failed.values()].some((model) => !relative(dirname(model), file).startsWith('..'))
  }

  /** The line that tells of a conversion; undefined when the same one has been told. */
  tell(id: ModelId, result: ConvertResult): string | undefined {
    const key = `${formatModelId(id)} ${result.assets.map(({ sha256 }) => sha256).join()}`
    if (this.told.has(key)) return undefined
    this.told.add(key)
    return summaryLine(id, result)
  }

  private async runPipeline(id: ModelId): Promise<ConvertResult> {
    const { path, query } = id
    const place = { root: this.root, cacheDir: this.options.cacheDir }
    try {
      return await this.conversions.get({ file: path, query }, place)
    } catch (error) {
      throw shownError(error, id)
    }
  }

  private async declare(id: ModelId, spellings: readonly ModelId[], result: ConvertResult): Promise<void> {
    await this.declarations?.add(importDeclarations(this.root, { id, spellings, result }))
  }
}
