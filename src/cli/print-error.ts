import { asModelError } from '../convert/index.ts'

/**
 * Says on stderr what went wrong. Under `--json` stdout still holds one object, `{ "error": { "code", "message" } }`, so
 * that whoever parses it need not read prose.
 *
 * @returns the exit status.
 */
export function printError(thrown: unknown, { json }: { json: boolean }): number {
  const error = asModelError(thrown)
  const { code, message } = error
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message } }, null, 2)}\n`)
  process.stderr.write(`${message}\n`)
  if (code === 'INTERNAL' && process.env['DEBUG'] && error.cause instanceof Error) {
    process.stderr.write(`${error.cause.stack}\n`)
  }
  return error.exit
}
