import type { StoredResult } from '../cache/entry.ts'
import type { InspectReport, Progress } from '../job.ts'
import type { WireError } from './error-wire.ts'

/** What the worker posts: progress as often as it likes, then one of the others. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'failed'; readonly error: WireError }
  | WorkerResult

export type WorkerResult =
  | { readonly kind: 'convert'; readonly result: StoredResult }
  | { readonly kind: 'inspect'; readonly result: InspectReport }
