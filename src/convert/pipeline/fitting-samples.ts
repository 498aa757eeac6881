import { ModelError } from '../../errors/index.ts'
import type { Model } from '../../graph/index.ts'
import { OUTPUT_PREFIX, type Recording, type Sample, samplesFor } from '../../validate/index.ts'

/**
 * Recordings made for other shapes than this request's are left out, and named.
 *
 * @param selected only some outputs are wanted: the others are recorded in vain, and rightly.
 */
export function fittingSamples(
  model: Model,
  recordings: readonly Recording[],
  selected: boolean,
): { samples: Sample[]; unfit: string[] } {
  const samples: Sample[] = []
  const unfit: string[] = []
  for (const recording of recordings) {
    try {
      const { samples: fitting } = samplesFor(model, [recording])
      samples.push(...fitting)
      unfit.push(...foreignOutputs(model, recording, selected))
    } catch (error) {
      if (!(error instanceof ModelError) || error.code !== 'BAD_INPUT_SHAPE') throw error
      unfit.push(`${error.details.what}: ${error.details.why ?? ''}`)
    }
  }
  return { samples, unfit }
}

/** What is recorded under a name that no output has would be passed over without a word. */
function foreignOutputs({ graph }: Model, { label, arrays }: Recording, selected: boolean): string[] {
  const outputs = graph.outputs.map(({ name }) => name)
  const recorded = [...arrays.keys()].filter((name) => name.startsWith(OUTPUT_PREFIX))
  const foreign = recorded.filter((name) => !outputs.includes(name.slice(OUTPUT_PREFIX.length)))
  if (foreign.length === 0 || (selected && foreign.length < recorded.length)) return []
  return [
    `The recorded samples ${label} hold ${foreign.join(', ')}, and the outputs are ${outputs.join(', ')}`,
  ]
}
