import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** As in a user's shell: nothing of the test runner's own environment. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const own =
    /^(VITEST|NODE_ENV$|NODE_OPTIONS$|npm_|INIT_CWD$|TEST$|MODE$|DEV$|PROD$|SSR$|BASE_URL$|UNPLUGIN_MODEL_)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
}

/** Runs a program to its end; what it printed is in the error when it fails. */
export async function command(cwd: string, program: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await run(program, args, { cwd, env: cleanEnvironment(), maxBuffer: 1 << 26 })
    return stdout
  } catch (error) {
    const output =
      error instanceof Error && 'stdout' in error && 'stderr' in error
        ? `${error.stdout}${error.stderr}`
        : error
    throw new Error(`${program} ${args.join(' ')} failed:\n${output}`, { cause: error })
  }
}
