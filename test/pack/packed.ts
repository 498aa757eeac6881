import { cp, mkdtemp, readFile, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { command } from './command.ts'

const REPOSITORY = resolve(import.meta.dirname, '../..')

/** What the package is built from. It is built in a copy: the repository's own `dist` may be in use. */
const SOURCES = [
  'src',
  'scripts',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'LICENSE',
  'README.md',
  'CONTRIBUTING.md',
  'docs',
]

/** The tarball that `npm publish` would upload. */
export class PackedPackage implements AsyncDisposable {
  private readonly folder: string
  readonly tarball: string

  private constructor(folder: string, tarball: string) {
    this.folder = folder
    this.tarball = tarball
  }

  static async build(): Promise<PackedPackage> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'unplugin-model-pack-')))
    for (const path of SOURCES) {
      await cp(join(REPOSITORY, path), join(folder, path), { recursive: true }).catch(ignoreMissing)
    }
    await symlink(await realpath(join(REPOSITORY, 'node_modules')), join(folder, 'node_modules'))
    const [name = ''] = (await command(folder, 'npm', 'pack', '--silent')).trim().split('\n').slice(-1)
    return new PackedPackage(folder, join(folder, name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

const ignoreMissing = (error: unknown): void => {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}

/** Versions this repository is developed with: those are in npm's cache, and known to work together. */
export async function developedWith(...names: string[]): Promise<Record<string, string>> {
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(
    await readFile(join(REPOSITORY, 'package.json'), 'utf8'),
  )
  return Object.fromEntries(names.map((name) => [name, devDependencies[name] ?? '*']))
}
