import { basename } from 'node:path'
import type { Request } from '../../request/index.ts'
import { type Dependency, dependenciesOf } from '../cache/entry.ts'
import type { ModelFiles } from '../files/index.ts'
import { type ConvertJob, cacheOfJob } from '../job.ts'
import type { StageClock } from './stage-clock.ts'

/** What every stage of one conversion works with. */
export interface Run {
  readonly job: ConvertJob
  readonly request: Request
  readonly files: ModelFiles
  readonly clock: StageClock
}

/** Files asked for so far besides the source, missing ones too, as they are now; those that are `known` as they were then. */
export async function dependencies(
  { files, job }: Run,
  known: readonly Dependency[] = [],
): Promise<Dependency[]> {
  const paths = new Set([...files.opened, ...files.missing])
  for (const path of [basename(job.file), ...known.map((each) => each.path)]) paths.delete(path)
  return [...known, ...(await dependenciesOf(cacheOfJob(job), files.folder, paths))]
}
