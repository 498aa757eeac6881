import { ModelError } from '../../errors/index.ts'
import type { Model } from '../../graph/index.ts'
import { OUTPUT_PREFIX, type Recording, type Sample, samplesFor } from '../../validate/index.ts'

/** Recordings made for other shapes than this request's are left out, and named. */
export function fittingSamples(
  model: Model,
  recordings: readonly Recording[],
): { samples: Sample[]; unfit: string[] } {
  const samples: Sample[] = []
  const unfit: string[] = []
  for (const recording of recordings) {
    try {
      const { samples: fitting } = samplesFor(model, [recording])
      samples.push(...fitting)
      unfit.push(...foreignOutputs(model, recording, fitting))
    } catch (error) {
      if (!(error instanceof ModelError) || error.code !== 'BAD_INPUT_SHAPE') throw error
      unfit.push(`${error.details.what}: ${error.details.why ?? ''}`)
    }
  }
  return { samples, unfit }
}

/** A recording of other outputs only would be passed over without a word. */
function foreignOutputs(
  { graph }: Model,
  { label, arrays }: Recording,
  samples: readonly Sample[],
): string[] {
  const recorded = [...arrays.keys()].filter((name) => name.startsWith(OUTPUT_PREFIX))
  if (recorded.length === 0 || samples.some(({ expected }) => expected.size > 0)) return []
  const outputs = graph.outputs.map(({ name }) => name).join(', ')
  return [`The recorded samples ${label} hold ${recorded.join(', ')}, and the outputs are ${outputs}`]
}
