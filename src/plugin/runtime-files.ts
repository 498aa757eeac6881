import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ModelError } from '../errors/index.ts'

export interface OrtFiles {
  /** The build that loads its wasm pair from URLs, which the host emits; see `wasm` and `mjs`. */
  readonly module: string
  readonly wasm: string
  readonly mjs: string
}

/**
 * The smallest onnxruntime-web that serves a target. The builds with the glue inlined are not used: in a page with
 * threads they would start the host's own chunk again in every worker.
 */
const VARIANTS = {
  wasm: { module: 'ort.wasm.min.mjs', pair: 'ort-wasm-simd-threaded' },
  webgpu: { module: 'ort.webgpu.min.mjs', pair: 'ort-wasm-simd-threaded.asyncify' },
} as const

export type Target = keyof typeof VARIANTS

export const isTarget = (name: string): name is Target => Object.hasOwn(VARIANTS, name)

/**
 * onnxruntime-web as installed for the project, else beside this package (a peer that a strict package manager does
 * not link into the project's own node_modules).
 */
export function ortFiles(root: string, targets: readonly Target[]): OrtFiles {
  const folder = resolveOrt(join(root, 'package.json')) ?? resolveOrt(fileURLToPath(import.meta.url))
  if (folder === undefined) throw notInstalled(root)
  const { module, pair } = VARIANTS[targets.includes('webgpu') ? 'webgpu' : 'wasm']
  const files = {
    module: forwardSlashes(join(folder, module)),
    wasm: forwardSlashes(join(folder, `${pair}.wasm`)),
    mjs: forwardSlashes(join(folder, `${pair}.mjs`)),
  }
  const missing = Object.values(files).find((file) => !existsSync(file))
  if (missing === undefined) return files
  throw new ModelError('RUNTIME_MISSING', {
    what: `The installed onnxruntime-web has no ${missing}`,
    next: 'Install a version that unplugin-model supports: npm install onnxruntime-web@^1.30.0',
  })
}

/** What a server imports: the bare name where the project has it, for hosts leave that external; else its `file:` URL. */
export function serverOrt(root: string): string {
  if (resolveOrt(join(root, 'package.json')) !== undefined) return 'onnxruntime-web'
  const folder = resolveOrt(fileURLToPath(import.meta.url))
  if (folder === undefined) throw notInstalled(root)
  return pathToFileURL(join(folder, 'ort.node.min.mjs')).href
}

/** The `dist` folder; the package exports no other path to it than through its main file. */
function resolveOrt(from: string): string | undefined {
  try {
    return dirname(createRequire(from).resolve('onnxruntime-web'))
  } catch {
    return undefined
  }
}

const notInstalled = (root: string): ModelError =>
  new ModelError('RUNTIME_MISSING', {
    what: 'onnxruntime-web is not installed',
    where: { file: root },
    next: 'npm install onnxruntime-web',
  })

/** This package's page and server runtime: beside this file in the source tree as in the built package. */
export function ownRuntime(entry: 'index' | 'node'): string {
  const here = fileURLToPath(import.meta.url)
  return forwardSlashes(join(dirname(here), '..', 'runtime', `${entry}${extname(here)}`))
}

/** Hosts want them in specifiers, on Windows too. */
const forwardSlashes = (path: string): string => path.replaceAll('\\', '/')
