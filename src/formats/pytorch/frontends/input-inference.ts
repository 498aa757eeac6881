import { ModelError } from '../../../errors/index.ts'
import { type DimSpec, DTYPES, type DType } from '../../../graph/index.ts'
import type { Opened } from './input-choice.ts'
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
  const candidates = USUAL_SIZES.map((size) =>
    shapes.map((shape) => ('given' in shape ? shape : shape.withSize(size))),
  )
  const complete = candidates.filter((candidate): candidate is NamedGiven[] =>
    candidate.every((shape) => shape !== undefined),
  )
  const fitting = complete.filter((candidate) => evaluates(open, candidate))
  const [only, second] = fitting
  if (only && !second)
    return { given: only, assumptions: [assumption(only, 'the one usual size that evaluates')] }
  throw needsShape(
    ports.map(({ name }) => name),
    shapes,
    fitting.length,
  )
}

type Shape = NamedGiven | Unsized

/** Everything but the spatial size is known; or nothing is. */
interface Unsized {
  readonly name: string
  readonly probe: Probe | undefined
  readonly withSize: (size: number) => NamedGiven | undefined
}

function probeShape(name: string, probe: Probe | undefined): Shape {
  if (probe?.kind === 'last') return tensor(name, 'float32', [BATCH, probe.size])
  if (probe?.kind === 'ids') return tensor(name, 'int64', [BATCH, { name: 'L', hint: 8 }])
  return {
    name,
    probe,
    withSize: (size) =>
      probe?.kind === 'image'
        ? tensor(name, 'float32', [BATCH, probe.channels, ...Array.from({ length: probe.axes }, () => size)])
        : undefined,
  }
}

const tensor = (name: string, dtype: DType, dims: readonly DimSpec[]): NamedGiven => ({
  name,
  given: { kind: 'tensor', dtype, dims },
})

function evaluates(open: () => Opened, given: readonly NamedGiven[]): boolean {
  const { evaluation, call } = open()
  try {
    evaluation.run(() => evaluation.finish(call(evaluation.arguments(given))))
    return true
  } catch (error) {
    if (error instanceof ModelError) return error.code === 'UNSUPPORTED_OPERATOR'
    throw error
  }
}

const assumption = (given: readonly NamedGiven[], why: string): string =>
  `Input shapes ${given.map(spell).join(', ')}: ${why}, with the batch dynamic`

function spell({ name, given }: NamedGiven): string {
  if (given.kind !== 'tensor') return name
  const dims = given.dims.map((dim) => (typeof dim === 'number' ? dim : dim.name))
  return `${name}:${DTYPES[given.dtype].short}[${dims.join(',')}]`
}

function needsShape(names: readonly string[], shapes: readonly Shape[], fitting: number): ModelError {
  const query = shapes.map((shape) => `input=${example(shape)}`).join('&')
  const known = shapes.flatMap((shape) => ('given' in shape ? [] : [shape]))
  return new ModelError('NEEDS_INPUT_SHAPE', {
    what: `The shape of ${known.map(({ name }) => name).join(', ') || names.join(', ')} is not in the file`,
    why: fitting > 1 ? 'The model runs at many sizes' : 'It does not follow from the first layers',
    next: `Give it in the query, with the size you mean: ?${query}`,
  })
}

function example(shape: Shape): string {
  if ('given' in shape) return spell(shape)
  const { name, probe } = shape
  if (probe?.kind !== 'image') return `${name}:f32[N,3,224,224]`
  const sizes = Array.from({ length: probe.axes }, () => (probe.axes === 1 ? 16000 : 224))
  return `${name}:f32[N,${[probe.channels, ...sizes].join(',')}]`
}
