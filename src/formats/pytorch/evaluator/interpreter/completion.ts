import type { PyValue } from '../values/index.ts'

/** How a block ended; undefined when it ran to its end. */
export type Completion =
  | { readonly kind: 'return'; readonly value: PyValue }
  | { readonly kind: 'break' | 'continue' }
  /** One turn of a loop that is a part of the graph, and whether another follows. */
  | { readonly kind: 'turn'; readonly value: PyValue }
  | undefined
