import { basename } from 'node:path'
import { ModelError } from '../../errors/index.ts'
import { type Format, frontEndOf, type Normalised } from '../../formats/index.ts'
import type { Model } from '../../graph/index.ts'
import { sameStamp } from '../files/index.ts'
import { frontEndOptions } from './front-end-options.ts'
import { findGraph, keepGraph } from './graph-cache.ts'
import { dependencies, type Run } from './run.ts'
import type { SourceGraph } from './source-graph.ts'

const noModel = (): undefined => undefined

/** Parses and normalises the source, or takes its graph from the cache. */
export async function readGraph(run: Run): Promise<SourceGraph> {
  checkSource(run)
  const parsed = await parse(run)
  return 'model' in parsed ? takeKept(run, parsed) : normalise(run, parsed)
}

async function takeKept({ clock }: Run, graph: SourceGraph): Promise<SourceGraph> {
  let model: Model | undefined
  return clock.run(
    'normalise',
    () => model,
    (said) => {
      said.cached = true
      model = graph.model
      return graph
    },
  )
}

/** The graph of an earlier run, else the format whose front end makes it. */
const parse = (run: Run): Promise<SourceGraph | Format> =>
  run.clock.run('parse', noModel, async (said) => {
    const kept = await findGraph(run)
    said.cached = kept !== undefined
    const format = kept ?? frontEndOf(run.files.source)
    said.notes.push('model' in format ? format.format : format.name)
    return format
  })

async function normalise(run: Run, format: Format): Promise<SourceGraph> {
  let model: Model | undefined
  return run.clock.run(
    'normalise',
    () => model,
    async () => {
      const normalised = format.normalise(run.files.source, frontEndOptions(run.request, run.files))
      model = normalised.model
      const graph = {
        ...portable(normalised, run),
        format: format.name,
        dependencies: await dependencies(run),
      }
      // Digests are of the files as they are now, which must be what was read.
      run.files.checkUnchanged()
      await keepGraph(run, graph)
      return graph
    },
  )
}

/**
 * What is kept, and what is written into the file, serves whoever converts these bytes: it names the model without the
 * folder that it lies in here.
 */
function portable({ guards, assumptions, warnings, ...rest }: Normalised, { job }: Run): Normalised {
  const named = (text: string): string => text.replaceAll(job.displayName, basename(job.file))
  return {
    ...rest,
    guards: guards.map((guard) => ({ ...guard, at: named(guard.at) })),
    assumptions: assumptions.map(named),
    warnings: warnings.map(named),
  }
}

/** Keys were made from the file as it was; it may have been written to since. */
function checkSource({ files, job }: Run): void {
  if (sameStamp(files.sourceStamp, job.sourceStamp)) return
  throw new ModelError('CORRUPT_FILE', {
    what: `${job.displayName} was changed while it was converted`,
    next: 'Convert it again when it is written completely',
  })
}
