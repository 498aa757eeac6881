import type { Normalised } from '../../formats/index.ts'
import type { Dependency } from '../cache/entry.ts'

/** A normalised graph, and what was noticed on the way. */
export interface SourceGraph extends Pick<Normalised, 'model' | 'guards' | 'assumptions' | 'warnings'> {
  /** Name of the front end. */
  readonly format: string
  /**
   * Files it was made from besides the source, looked for and missing ones too, as they were then: a kept graph is not made
   * from what they hold now.
   */
  readonly dependencies: readonly Dependency[]
}
