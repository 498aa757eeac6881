import { basename } from 'node:path'
import type { Request } from '../../request/index.ts'
import type { ModelFiles } from '../files/index.ts'
import type { ConvertJob } from '../job.ts'
import type { StageClock } from './stage-clock.ts'

/** What every stage of one conversion works with. */
export interface Run {
  readonly job: ConvertJob
  readonly request: Request
  readonly files: ModelFiles
  readonly clock: StageClock
}

/** Files asked for so far besides the source, missing ones too. */
export const filesRead = ({ files, job }: Run): string[] =>
  [...files.opened, ...files.missing].filter((path) => path !== basename(job.file))
