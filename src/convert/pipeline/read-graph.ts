import { ModelError } from '../../errors/index.ts'
import { frontEndOf, type Normalised } from '../../formats/index.ts'
import type { Model } from '../../graph/index.ts'
import { sameStamp } from '../files/index.ts'
import { frontEndOptions } from './front-end-options.ts'
import type { Run } from './run-convert-job.ts'

/** A normalised graph, and what was noticed on the way. */
export interface SourceGraph extends Pick<Normalised, 'guards' | 'assumptions' | 'warnings'> {
  readonly model: Model
  readonly format: string
}

/** Parses and normalises the source. */
export async function readGraph(run: Run): Promise<SourceGraph> {
  const { request, files, clock } = run
  const none = (): undefined => undefined
  const format = await clock.run('parse', none, ({ notes }) => {
    checkSource(run)
    const found = frontEndOf(files.source)
    notes.push(found.name)
    return found
  })
  let model: Model | undefined
  return clock.run(
    'normalise',
    () => model,
    () => {
      const normalised = format.normalise(files.source, frontEndOptions(request))
      model = normalised.model
      return { ...normalised, format: format.name }
    },
  )
}

/** Keys were made from the file as it was; it may have been written to since. */
function checkSource({ files, job }: Run): void {
  if (sameStamp(files.sourceStamp, job.sourceStamp)) return
  throw new ModelError('CORRUPT_FILE', {
    what: `${job.displayName} was changed while it was converted`,
    next: 'Convert it again when it is written completely',
  })
}
