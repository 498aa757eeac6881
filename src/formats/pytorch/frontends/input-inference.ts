import { ModelError } from '../../../errors/index.ts'
import type { DimSpec, DType } from '../../../graph/index.ts'
import type { Opened } from './input-choice.ts'
import { needsInputShape, type ShapelessInput, spelledInputs, type Trials } from './needs-input-shape.ts'
import type { Port } from './ports.ts'
import { type Probe, probeInputs } from './probe.ts'
import type { NamedGiven } from './signature.ts'

export interface Inferred {
  readonly given: readonly NamedGiven[]
  readonly assumptions: readonly string[]
}

/** Sizes that images, digits and spectrograms usually have. */
const USUAL_SIZES = [
  8, 16, 28, 32, 48, 64, 96, 112, 128, 160, 192, 224, 240, 256, 299, 300, 320, 384, 416, 448, 512, 600, 640,
]

const BATCH: DimSpec = { name: 'N' }

/**
 * Arguments that nothing is known of, from what first consumes them: a convolution tells rank and channels, a linear
 * layer the last dim, an embedding ids. A spatial size is taken only if exactly one of the usual ones evaluates.
 *
 * @throws ModelError NEEDS_INPUT_SHAPE with a query to paste.
 */
export function inferArguments(
  open: () => Opened,
  ports: readonly Port[],
  asked: readonly (NamedGiven | undefined)[],
): Inferred {
  const probes = probeInputs(open, asked)
  const shapes = ports.map((port, index) => asked[index] ?? probeShape(port.name, probes.get(port.name)))
  const isKnown = shapes.every((shape): shape is NamedGiven => 'given' in shape)
  if (isKnown)
    return { given: shapes, assumptions: [assumption(shapes, 'they follow from the first layers')] }
  const trials = tryUsualSizes(open, shapes)
  const [only, second] = trials.fitting
  if (only && !second)
    return { given: only, assumptions: [assumption(only, 'the one usual size that evaluates')] }
  throw needsInputShape(shapes, trials)
}

/** Everything but the spatial size is known; or nothing is. */
interface Unsized extends ShapelessInput {
  readonly withSize: (size: number) => NamedGiven | undefined
}

type Shape = NamedGiven | Unsized

function probeShape(name: string, probe: Probe | undefined): Shape {
  if (probe?.kind === 'last') return tensor(name, probe.dtype ?? 'float32', [BATCH, probe.size])
  if (probe?.kind === 'ids') return tensor(name, 'int64', [BATCH, { name: 'L', hint: 8 }])
  return {
    name,
    probe,
    withSize: (size) =>
      probe?.kind === 'image'
        ? tensor(name, probe.dtype ?? 'float32', [
            BATCH,
            probe.channels,
            ...Array.from({ length: probe.axes }, () => size),
          ])
        : undefined,
  }
}

const tensor = (name: string, dtype: DType, dims: readonly DimSpec[]): NamedGiven => ({
  name,
  given: { kind: 'tensor', dtype, dims },
})

/** A second size that evaluates makes it a choice: the others need not be tried. */
function tryUsualSizes(open: () => Opened, shapes: readonly Shape[]): Trials {
  const fitting: (readonly NamedGiven[])[] = []
  let failure: ModelError | undefined
  for (const size of USUAL_SIZES) {
    const candidate = shapes.map((shape) => ('given' in shape ? shape : shape.withSize(size)))
    if (!candidate.every((shape) => shape !== undefined)) break
    const error = failureOf(open, candidate)
    if (error) failure = error
    else fitting.push(candidate)
    if (fitting.length > 1) break
  }
  return { fitting, failure }
}

/** Why the model does not run on these shapes; operators without a conversion are for the conversion itself to report. */
function failureOf(open: () => Opened, given: readonly NamedGiven[]): ModelError | undefined {
  const { evaluation, call } = open()
  try {
    evaluation.run(() => evaluation.finish(evaluation.forward(() => call(evaluation.arguments(given)))))
    return undefined
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    return error.code === 'UNSUPPORTED_OPERATOR' ? undefined : error
  }
}

function assumption(given: readonly NamedGiven[], why: string): string {
  const taken = given.filter((argument) => argument.given.kind !== 'default')
  return `Input shapes ${taken.flatMap(spelledInputs).join(', ')}: ${why}, with the batch dynamic`
}
