import { parse } from 'node:path'
import { ModelError } from '../../errors/index.ts'
import { type FrontEndOptions, frontEndOf } from '../../formats/index.ts'
import { readNpz } from '../../graph/bytes/npz.ts'
import type { ByteSource, Model, Tensor } from '../../graph/index.ts'
import type { Request } from '../../request/index.ts'
import { OUTPUT_PREFIX, type Recording, samplesFor } from '../../validate/index.ts'
import type { ModelFiles } from '../files/index.ts'

/**
 * Inputs that the model's own file carries, without answers: what it is validated on where nothing is recorded beside it. Those
 * for other sizes than the request's are passed over.
 */
export function recordingsInside(
  { source, options }: { readonly source: ByteSource; readonly options: FrontEndOptions },
  model: Model,
  { rename }: Pick<Request, 'rename'>,
): Recording[] {
  const inputs = frontEndOf(source).samples?.(source, options)
  if (!inputs) return []
  const arrays = new Map([...inputs].map(([name, tensor]) => [renamed(name, rename), tensor]))
  const recording = { label: 'inputs that the file itself holds', arrays }
  try {
    samplesFor(model, [recording])
    return [recording]
  } catch (error) {
    if (error instanceof ModelError && error.code === 'BAD_INPUT_SHAPE') return []
    throw error
  }
}

/**
 * Samples recorded beside the model: `net.samples.npz`, and further runs at other sizes as `net.samples-2.npz`,
 * `net.samples-3.npz`, …. Their arrays are named by the model's own inputs, and `output:<name>`; `rename=` applies.
 */
export function recordingsBeside(files: ModelFiles, { rename }: Pick<Request, 'rename'>): Recording[] {
  const stem = parse(files.source.name).name
  const recordings: Recording[] = []
  for (let run = 1; ; run++) {
    const label = `${stem}.samples${run === 1 ? '' : `-${run}`}.npz`
    const source = files.openOptional(label)
    if (!source) return recordings
    const arrays = new Map<string, Tensor>()
    for (const [name, array] of readNpz(source)) arrays.set(renamed(name, rename), array.read())
    recordings.push({ label, arrays })
  }
}

function renamed(name: string, rename: Request['rename']): string {
  if (!name.startsWith(OUTPUT_PREFIX)) return rename.get(name) ?? name
  const output = name.slice(OUTPUT_PREFIX.length)
  return OUTPUT_PREFIX + (rename.get(output) ?? output)
}
