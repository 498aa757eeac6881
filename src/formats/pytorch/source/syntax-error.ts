import { ModelError } from '../../../errors/index.ts'
import type { Position } from './ast.ts'

/** The error of source that does not parse. */
export function syntaxError(at: Position, what: string, why?: string): ModelError {
  return new ModelError('BAD_SOURCE', {
    what,
    where: { file: at.file, line: at.line },
    why: why ?? `At column ${at.column}`,
    next: 'Check the file in a Python interpreter, or take the construct out of it',
  })
}
