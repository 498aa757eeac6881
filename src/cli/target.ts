import { stat } from 'node:fs/promises'
import { ModelError } from '../errors/index.ts'
import { splitRequest } from '../request/index.ts'

/**
 * The file and query of a command line. With `--query` the whole argument is the file.
 *
 * @throws ModelError FILE_NOT_FOUND that shows `--query`, when the file's own name holds a `?`.
 */
export async function targetOf(
  argument: string,
  query: string | undefined,
): Promise<{ readonly file: string; readonly query: string }> {
  if (query !== undefined) return { file: argument, query }
  const split = splitRequest(argument)
  if (split.file === '') {
    throw new ModelError('BAD_CALL', {
      what: `${argument} names no file`,
      next: "Write it as in convert './net.pth?quant=int8', in quotes",
    })
  }
  if (argument.includes('?') && !(await exists(split.file)) && (await exists(argument))) {
    throw new ModelError('FILE_NOT_FOUND', {
      what: `${split.file} does not exist`,
      why: `A "?" ends the file's name and begins the query; there is a file ${argument}`,
      next: `Give the query apart: '${argument}' --query ''`,
    })
  }
  return split
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
