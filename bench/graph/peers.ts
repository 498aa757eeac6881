import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { TIMING, type Times } from './times.ts'

/** The part of onnxruntime's packages that all of them share. */
export type Runtime = Pick<typeof import('onnxruntime-web'), 'InferenceSession' | 'Tensor'>

/** Makes a smaller model of one. @returns how long it takes, where it tells. */
export type Simplifier = (source: string, target: string) => Promise<Times | undefined>

export interface Peers {
  readonly runtime: Runtime
  readonly simplifiers: Readonly<Record<string, Simplifier>>
  /** `onnxsim 0.7.3`. */
  readonly versions: readonly string[]
}

const PACKAGES = { onnxsim: '0.7.3', 'onnxruntime-node': '1.30.0' } as const

const ONNXSIM = fileURLToPath(new URL('run_onnxsim.mjs', import.meta.url))
const ONNXSLIM = fileURLToPath(new URL('run_onnxslim.py', import.meta.url))

/** Something the bench stands on is not there; the message says how to get it. */
export class MissingPeer extends Error {}

/** The folder is the one that GRAPH_PEERS names, else `fallback`. @throws MissingPeer */
export async function findPeers(fallback: string): Promise<Peers> {
  const folder = resolve(process.env['GRAPH_PEERS'] ?? fallback)
  const python = process.env['PYTHON'] ?? 'python3'
  const [onnxsim, onnxruntime, onnxslim] = [
    await packageVersion(folder, 'onnxsim'),
    await packageVersion(folder, 'onnxruntime-node'),
    await slimVersion(python),
  ]
  const runtime: Runtime = createRequire(join(folder, 'package.json'))('onnxruntime-node')
  return {
    runtime,
    simplifiers: {
      onnxsim: simplifier(process.execPath, [ONNXSIM, join(folder, 'node_modules/onnxsim')]),
      OnnxSlim: simplifier(python, [ONNXSLIM], [`${TIMING.warmUp}`, `${TIMING.runs}`]),
    },
    versions: [`onnxruntime-node ${onnxruntime}`, `onnxsim ${onnxsim}`, `OnnxSlim ${onnxslim}`],
  }
}

async function packageVersion(folder: string, name: keyof typeof PACKAGES): Promise<string> {
  const manifest = join(folder, 'node_modules', name, 'package.json')
  if (!existsSync(manifest)) {
    const wanted = Object.entries(PACKAGES).map(([one, version]) => `${one}@${version}`)
    throw new MissingPeer(
      `${name} is not in ${folder}/node_modules. Install the peers there, or name another folder by GRAPH_PEERS:\n` +
        `  npm install --ignore-scripts --prefix ${folder} ${wanted.join(' ')}`,
    )
  }
  const { version }: { readonly version: string } = JSON.parse(await readFile(manifest, 'utf8'))
  if (version !== PACKAGES[name]) console.log(`${name} is ${version}; the figures are of ${PACKAGES[name]}`)
  return version
}

async function slimVersion(python: string): Promise<string> {
  const program = 'import onnxslim; print(onnxslim.__version__)'
  try {
    return (await promisify(execFile)(python, ['-c', program])).stdout.trim()
  } catch {
    throw new MissingPeer(
      `${python} has no onnxslim. Name an interpreter that has it by PYTHON: pip install onnxslim`,
    )
  }
}

const simplifier =
  (command: string, args: readonly string[], more: readonly string[] = []): Simplifier =>
  async (source, target) => {
    const { stdout } = await promisify(execFile)(command, [...args, source, target, ...more], {
      maxBuffer: 2 ** 28,
    })
    const last = stdout.trim().split('\n').at(-1) ?? ''
    return last.startsWith('{') ? JSON.parse(last) : undefined
  }
