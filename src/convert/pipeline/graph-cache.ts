import { readFile } from 'node:fs/promises'
import { type Model, readSnapshot, writeSnapshot } from '../../graph/index.ts'
import { writeAtomically } from '../cache/atomic-file.ts'
import { sha256 } from '../cache/digest.ts'
import { addEntry, findEntry, graphSchema, type StoredGraph } from '../cache/entry.ts'
import { cacheOfJob } from '../job.ts'
import type { Run } from './run.ts'
import type { SourceGraph } from './source-graph.ts'

/** The normalised graph of an earlier run on the same source, whatever was then made of it. */
export async function findGraph({ job, files }: Run): Promise<SourceGraph | undefined> {
  const cache = cacheOfJob(job)
  const entry = await findEntry(cache, cache.graph(job.graphKey), graphSchema, files.folder)
  const bytes = entry && (await readVerified(cache.snapshot(entry.snapshot), entry.snapshot))
  const model = bytes && restore(bytes, files)
  if (!entry || !model) return undefined
  return { ...entry.findings, model, dependencies: entry.dependencies }
}

/** Keeps a graph. Its tensors stay where they lie, in the source. */
export async function keepGraph({ job }: Run, graph: SourceGraph): Promise<void> {
  const cache = cacheOfJob(job)
  const { sha256: snapshot } = writeAtomically(
    (digest) => cache.snapshot(digest),
    writeSnapshot(graph.model).chunks(),
  )
  const { format, guards, assumptions, warnings, dependencies } = graph
  const entry: StoredGraph = {
    dependencies: [...dependencies],
    snapshot,
    findings: { format, guards: [...guards], assumptions: [...assumptions], warnings: [...warnings] },
  }
  await addEntry(cache.graph(job.graphKey), graphSchema, entry)
}

async function readVerified(path: string, digest: string): Promise<Uint8Array | undefined> {
  const bytes = await readFile(path).catch(() => undefined)
  return bytes && sha256(bytes) === digest ? bytes : undefined
}

/** What cannot be read is made again. */
function restore(bytes: Uint8Array, files: Run['files']): Model | undefined {
  try {
    return readSnapshot(bytes, (path) => files.open(path))
  } catch {
    return undefined
  }
}
