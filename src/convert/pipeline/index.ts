import type { JobRunner } from '../job.ts'
import { runConvertJob } from './run-convert-job.ts'
import { runInspectJob } from './run-inspect-job.ts'

/** Runs a job on the calling thread, which it keeps busy. */
export const inlineRunner: JobRunner = {
  convert: runConvertJob,
  inspect: async (job) => runInspectJob(job),
}
