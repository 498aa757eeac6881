import { relative } from 'node:path'
import type { ConvertResult } from '../../convert/index.ts'
import type { ModelId } from '../model-id.ts'
import { type Declaration, declarationOf } from './declarations.ts'
import { declaredType } from './declared-type.ts'
import { modulePatterns } from './pattern.ts'

export interface ConvertedImport {
  readonly id: ModelId
  /** The ways in which imports of it are written. */
  readonly spellings: readonly ModelId[]
  readonly result: ConvertResult
}

/** What TypeScript must be told so that it knows a model by every spelling of its imports. */
export function importDeclarations(
  root: string,
  { id, spellings, result }: ConvertedImport,
): readonly Declaration[] {
  const file = relative(root, id.path).replaceAll('\\', '/')
  const type = declaredType(result)
  return spellings.flatMap(modulePatterns).map((pattern) => declarationOf(pattern, file, type))
}
