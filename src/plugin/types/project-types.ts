import type { ConvertResult } from '../../convert/index.ts'
import { type ModelImport, modelImports } from '../imports/index.ts'
import { formatModelId, type ModelId } from '../model-id.ts'
import { DeclarationFile, declarationPath } from './declaration-file.ts'
import type { Declaration } from './declarations.ts'
import { importDeclarations } from './import-declarations.ts'

export interface ProjectTypesRequest {
  /** Absolute. */
  readonly root: string
  /** The plugin's option of that name. */
  readonly dts: string | undefined
  /** Only looks whether the file is as it should be. */
  readonly check: boolean
  readonly convert: (id: ModelId) => Promise<ConvertResult>
}

/** An import of the project's sources; `error` is why there is no type for it. */
export interface TypedImport extends ModelImport {
  readonly error: unknown
}

export interface ProjectTypes {
  /** The declaration file, absolute. */
  readonly file: string
  /** `outdated`: under `check`, it is not what the imports give. */
  readonly state: 'written' | 'current' | 'outdated'
  readonly imports: readonly TypedImport[]
}

/** What became of one model: one of the two. */
interface Outcome {
  readonly result?: ConvertResult
  readonly error?: unknown
}

/**
 * Writes the types of all models that a project's sources import: the file that the plugin writes as it meets them. Each
 * model is converted once; where that fails, what the file said of it stays, and the others are written all the same.
 */
export async function projectTypes({
  root,
  dts,
  check,
  convert,
}: ProjectTypesRequest): Promise<ProjectTypes> {
  const imports = await modelImports(root)
  const outcomes = await convertEach(imports, convert)
  const outcomeOf = ({ resolved }: ModelImport) => resolved && outcomes.get(formatModelId(resolved.id))
  const declarations = imports.flatMap((each) => {
    const result = outcomeOf(each)?.result
    return each.resolved && result
      ? importDeclarations(root, { id: each.resolved.id, spellings: [each.resolved.asWritten], result })
      : []
  })
  const file = new DeclarationFile(declarationPath(root, dts), root)
  return {
    file: file.path,
    state: check ? await compare(file, declarations) : await write(file, declarations),
    imports: imports.map((each) => ({ ...each, error: outcomeOf(each)?.error })),
  }
}

async function convertEach(
  imports: readonly ModelImport[],
  convert: ProjectTypesRequest['convert'],
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  for (const { resolved } of imports) {
    if (resolved === undefined || outcomes.has(formatModelId(resolved.id))) continue
    const outcome = await convert(resolved.id).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    )
    outcomes.set(formatModelId(resolved.id), outcome)
  }
  return outcomes
}

const write = async (file: DeclarationFile, declarations: readonly Declaration[]) =>
  (await file.add(declarations)) ? 'written' : 'current'

const compare = async (file: DeclarationFile, declarations: readonly Declaration[]) =>
  (await file.holds(declarations)) ? 'current' : 'outdated'
