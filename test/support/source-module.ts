import { writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** TypeScript of `src`, by its path there. */
export const sourceFile = (path: string): string =>
  fileURLToPath(new URL(`../../src/${path}`, import.meta.url))

/**
 * Writes a module that Node itself runs, in a thread or a process of its own: `code` has `load(file)`, which gives the
 * exports of a TypeScript module, as Vite loads it there and the tests' own runner does here.
 *
 * @param path where it goes, ending in `.mjs`.
 */
export function writeSourceModule(path: string, code: string): URL {
  const vite = JSON.stringify(import.meta.resolve('vite'))
  const options = "{ configFile: false, logLevel: 'error', oxc: { target: 'es2022' } }"
  const load = `const load = async (file) => (await runnerImport(file, ${options})).module`
  writeFileSync(path, `const { runnerImport } = await import(${vite})\n${load}\n${code}`)
  return pathToFileURL(path)
}
