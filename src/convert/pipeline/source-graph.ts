import type { Normalised } from '../../formats/index.ts'

/** A normalised graph, and what was noticed on the way. */
export interface SourceGraph extends Pick<Normalised, 'model' | 'guards' | 'assumptions' | 'warnings'> {
  /** Name of the front end. */
  readonly format: string
  /** Files it depends on besides the source, looked for and missing ones too; relative to its folder. */
  readonly read: readonly string[]
}
