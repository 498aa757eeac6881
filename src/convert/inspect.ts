import { canonicalQuery } from '../request/index.ts'
import type { InspectJob, InspectReport, JobRunner } from './job.ts'
import { checkFile, type RequestedFile, readRequested } from './open-request.ts'
import { defaultRunner } from './worker/default-runner.ts'

/**
 * What a model file holds, and what is missing to convert it, found by a conversion up to the graph that is thrown away.
 *
 * @throws ModelError FILE_NOT_FOUND, EMPTY_FILE, UNKNOWN_FORMAT and what the format's reader throws.
 */
export async function inspect(
  requested: Omit<RequestedFile, 'query'> & { readonly query?: string },
  givenRunner?: JobRunner,
): Promise<InspectReport> {
  const { request, file, root, displayName } = readRequested({ query: '', ...requested })
  await checkFile(file, displayName)
  const job: InspectJob = { kind: 'inspect', file, displayName, query: canonicalQuery(request), root }
  const runner = givenRunner ?? (await defaultRunner())
  return runner.inspect(job)
}
