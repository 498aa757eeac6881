import { readFile } from 'node:fs/promises'
import { formatModelId, parseModelId } from '../model-id.ts'
import { pathAliases } from './path-aliases.ts'
import { type ResolvedImport, resolveImport } from './resolve-import.ts'
import { specifiersOfFile } from './scripts.ts'
import { ignoredFiles, sourceFiles } from './source-files.ts'

/** One place of the project's sources that imports a model. */
export interface ModelImport {
  /** Absolute. */
  readonly importer: string
  /** 1-based. */
  readonly line: number
  /** As it is written, without keys that belong to the host. */
  readonly specifier: string
  /** Undefined where only the host's own configuration can tell the file. */
  readonly resolved: ResolvedImport | undefined
}

type Found = Omit<ModelImport, 'resolved'>

/** Every import of a model in the sources below `root`, by the plugin's own rule of what is one. */
export async function modelImports(root: string): Promise<ModelImport[]> {
  const found = new Map<string, Found[]>()
  for await (const importer of sourceFiles(root)) {
    const imports = importsOf(importer, await readFile(importer, 'utf8'))
    if (imports.length > 0) found.set(importer, imports)
  }
  const ignored = await ignoredFiles(root, [...found.keys()])
  const kept = [...found].flatMap(([importer, imports]) => (ignored.has(importer) ? [] : imports))
  const aliases = await pathAliases(root)
  return Promise.all(
    kept.map(async (each) => {
      const written = parseModelId(each.specifier)
      return {
        ...each,
        resolved: written && (await resolveImport(written, { root, importer: each.importer, aliases })),
      }
    }),
  )
}

function importsOf(importer: string, source: string): Found[] {
  return [...specifiersOfFile(importer, source)].flatMap(({ text, at }) => {
    const written = parseModelId(text)
    const line = source.slice(0, at).split('\n').length
    return written === undefined ? [] : [{ importer, line, specifier: formatModelId(written) }]
  })
}
