import { ModelError } from '../../../../errors/index.ts'
import type { Position } from '../../source/index.ts'

/** An error without a place gets one: that of the innermost statement that it came out of. */
export function located(error: unknown, at: Position): unknown {
  if (!(error instanceof ModelError) || error.details.where?.line !== undefined) return error
  if (error.details.where?.file !== undefined) return error
  return error.at({ file: at.file, line: at.line })
}
