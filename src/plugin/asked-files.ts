import { ModelError } from '../errors/index.ts'
import type { ModelId } from './model-id.ts'

/** Files whose edit may mend a conversion that failed: those it read or looked for, at least the model itself. */
export const askedFiles = ({ path }: ModelId, error: unknown): readonly string[] => [
  path,
  ...((error instanceof ModelError ? error.details.files : undefined) ?? []),
]
