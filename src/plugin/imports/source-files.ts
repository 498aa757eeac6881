import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isSource } from './scripts.ts'

/** Folders that hold no sources of the project: installed, built, or a tool's own (`.git`, `.svelte-kit`, `.nuxt`). */
const isSkipped = (name: string): boolean =>
  name === 'node_modules' || name === 'dist' || name.startsWith('.')

/** Source files below a folder, in an order that is the same everywhere. Links are not followed. */
export async function* sourceFiles(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !isSkipped(entry.name)) yield* sourceFiles(path)
    else if (entry.isFile() && isSource(entry.name)) yield path
  }
}

/**
 * The files that git ignores, as a build's output is that keeps the imports it was made from. None where git is not there to
 * be asked, or ignores the project as a whole.
 */
export function ignoredFiles(root: string, files: readonly string[]): Promise<ReadonlySet<string>> {
  return new Promise((resolve) => {
    const git = execFile('git', ['check-ignore', '-z', '--stdin'], { cwd: root }, (_, output) => {
      const ignored = new Set(output.split('\0').filter((path) => path !== ''))
      resolve(ignored.delete(join(root, 'package.json')) ? new Set() : ignored)
    })
    git.stdin?.on('error', () => undefined)
    git.stdin?.end([join(root, 'package.json'), ...files].join('\0'))
  })
}
