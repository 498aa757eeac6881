import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { tokensOf } from './tokens.ts'

/** `compilerOptions.paths` of one file: `@/*` stands for each of `targets`, absolute. */
export interface PathAlias {
  readonly pattern: string
  readonly targets: readonly string[]
}

const configSchema = z.object({
  extends: z.union([z.string(), z.array(z.string())]).optional(),
  references: z.array(z.object({ path: z.string() })).optional(),
  compilerOptions: z
    .object({
      baseUrl: z.string().optional(),
      paths: z.record(z.string(), z.array(z.string())).optional(),
    })
    .optional(),
})

/**
 * The aliases of a project: those of its `tsconfig.json` or `jsconfig.json`, of the files that extends, and of the projects it
 * refers to, as Vite's templates split theirs. A file that is missing or not understood has none: tsc says so better.
 */
export async function pathAliases(root: string): Promise<readonly PathAlias[]> {
  const seen = new Set<string>()
  const own = await aliasesOf(join(root, 'tsconfig.json'), seen)
  return own.length > 0 ? own : aliasesOf(join(root, 'jsconfig.json'), seen)
}

async function aliasesOf(file: string, seen: Set<string>): Promise<PathAlias[]> {
  if (seen.has(file)) return []
  seen.add(file)
  const config = await readConfig(file)
  if (config === undefined) return []
  const { compilerOptions: { paths, baseUrl = '.' } = {}, references = [] } = config
  const base = resolve(dirname(file), baseUrl)
  const aliases = Object.entries(paths ?? {}).map(
    ([pattern, targets]): PathAlias => ({
      pattern,
      targets: targets.map((target) => resolve(base, target)),
    }),
  )
  const inherited = paths === undefined ? [config.extends ?? []].flat().filter(isRelative) : []
  const others = [...inherited, ...references.map(({ path }) => path)]
  for (const other of others) aliases.push(...(await aliasesOf(await configAt(dirname(file), other), seen)))
  return aliases
}

const isRelative = (path: string): boolean => path.startsWith('.')

/** `./tsconfig.app.json`, `./tsconfig.app`, or a folder with a `tsconfig.json`. */
async function configAt(folder: string, path: string): Promise<string> {
  const file = resolve(folder, path)
  if ((await stat(file).catch(() => undefined))?.isDirectory()) return join(file, 'tsconfig.json')
  return file.endsWith('.json') ? file : `${file}.json`
}

async function readConfig(file: string): Promise<z.infer<typeof configSchema> | undefined> {
  try {
    return configSchema.parse(JSON.parse(withoutComments(await readFile(file, 'utf8'))))
  } catch {
    return undefined
  }
}

/** JSON of a configuration file, which may hold comments and commas after the last element. */
function withoutComments(text: string): string {
  const tokens = [...tokensOf(text)].map((token) => token.text)
  return tokens.filter((token, i) => token !== ',' || !/^[\]}]$/.test(tokens[i + 1] ?? '')).join('')
}

/** The paths that an alias makes of a specifier; the alias with the longest prefix first, as TypeScript chooses. */
export function aliasedPaths(path: string, aliases: readonly PathAlias[]): string[] {
  return aliases
    .flatMap(({ pattern, targets }) => {
      const [prefix = '', suffix] = pattern.split('*')
      const rest = restOf(path, prefix, suffix)
      return rest === undefined
        ? []
        : [{ prefix, targets: targets.map((target) => target.replace('*', () => rest)) }]
    })
    .sort((a, b) => b.prefix.length - a.prefix.length)
    .flatMap(({ targets }) => targets)
}

/** What the asterisk of a pattern stands for; '' in a pattern without one. */
function restOf(path: string, prefix: string, suffix: string | undefined): string | undefined {
  if (suffix === undefined) return path === prefix ? '' : undefined
  const fits =
    path.startsWith(prefix) && path.endsWith(suffix) && path.length >= prefix.length + suffix.length
  return fits ? path.slice(prefix.length, path.length - suffix.length) : undefined
}
