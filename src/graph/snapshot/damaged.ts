import { ModelError } from '../../errors/index.ts'

/** @throws ModelError CACHE_FAILED, always. */
export function damaged(why: string, cause?: unknown): never {
  throw new ModelError('CACHE_FAILED', {
    what: 'A normalised graph in the cache cannot be read',
    why,
    next: 'Empty the cache and convert again',
    cause,
  })
}
