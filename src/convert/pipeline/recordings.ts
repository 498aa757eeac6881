import { parse } from 'node:path'
import { readNpz } from '../../graph/bytes/npz.ts'
import type { Tensor } from '../../graph/index.ts'
import type { Request } from '../../request/index.ts'
import { OUTPUT_PREFIX, type Recording } from '../../validate/index.ts'
import type { ModelFiles } from '../files/index.ts'

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
