import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdtemp, realpath, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { cleanEnvironment, command } from '../pack/command.ts'

const REPOSITORY = resolve(import.meta.dirname, '../..')
const SOURCES = ['src', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json']

export interface Exit {
  /** null when it was killed. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The command line program as it is published, compiled in a folder of its own. */
export class BuiltCli implements AsyncDisposable {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async build(): Promise<BuiltCli> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'unplugin-model-cli-')))
    for (const path of SOURCES) await cp(join(REPOSITORY, path), join(folder, path), { recursive: true })
    await symlink(await realpath(join(REPOSITORY, 'node_modules')), join(folder, 'node_modules'))
    await command(folder, 'npm', 'run', 'build')
    return new BuiltCli(folder)
  }

  start(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const script = join(this.#folder, 'dist/cli/main.js')
    return spawn(process.execPath, [script, ...args], { cwd, env: { ...cleanEnvironment(), ...env } })
  }

  async run(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Exit> {
    const child = this.start(cwd, args, env)
    const output = { stdout: '', stderr: '' }
    child.stdout?.on('data', (data) => {
      output.stdout += data
    })
    child.stderr?.on('data', (data) => {
      output.stderr += data
    })
    const status = await new Promise<number | null>((done) => {
      child.once('close', done)
    })
    return { status, ...output }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }
}
