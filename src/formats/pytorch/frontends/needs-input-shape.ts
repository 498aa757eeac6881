import { ModelError } from '../../../errors/index.ts'
import { DTYPES } from '../../../graph/index.ts'
import type { Probe } from './probe.ts'
import type { NamedGiven } from './signature.ts'

/** An argument whose shape is asked for. */
export interface ShapelessInput {
  readonly name: string
  /** What first consumes it tells. */
  readonly probe: Probe | undefined
}

/** What trying out the usual sizes gave. */
export interface Trials {
  readonly fitting: readonly (readonly NamedGiven[])[]
  /** Why the last of them failed. */
  readonly failure: ModelError | undefined
}

/** Says what is known of the inputs, and asks for the rest in a query. */
export function needsInputShape(
  inputs: readonly (NamedGiven | ShapelessInput)[],
  trials: Trials,
): ModelError {
  const unknown = inputs.filter((input): input is ShapelessInput => !('given' in input))
  const query = `?${inputs.map((input) => `input=${'given' in input ? spelledInput(input) : example(input)}`).join('&')}`
  const isGuess = unknown.some(({ probe }) => probe?.kind !== 'image')
  return new ModelError('NEEDS_INPUT_SHAPE', {
    what: `${shapesOf(unknown.map(({ name }) => name))} ${unknown.length === 1 ? 'is' : 'are'} not in the file`,
    why: [...unknown.map(known), ...outcome(trials, unknown)].join('; '),
    next: isGuess
      ? `Give it in the query, such as ${query} for an image, or ${unknown[0]?.name}:i64[N,L=128] for token ids`
      : `Give it in the query, with the size you mean: ${query}`,
  })
}

/** `The shape of x`, `The shapes of x and y`. */
export function shapesOf(names: readonly string[]): string {
  const [last = '', ...before] = [...names].reverse()
  if (before.length === 0) return `The shape of ${last}`
  return `The shapes of ${before.reverse().join(', ')} and ${last}`
}

/** `x:f32[N,3,32,32]` */
export function spelledInput({ name, given }: NamedGiven): string {
  if (given.kind !== 'tensor') return name
  const dims = given.dims.map((dim) => (typeof dim === 'number' ? dim : dim.name))
  return `${name}:${DTYPES[given.dtype].short}[${dims.join(',')}]`
}

const short = ({ dtype = 'float32' }: Probe): string => DTYPES[dtype].short

const SPACES: Readonly<Record<number, string>> = { 1: 'L', 2: 'H,W', 3: 'D,H,W' }

function known({ name, probe }: ShapelessInput): string {
  if (probe?.kind !== 'image') return `No layer that ${name} enters first tells its rank or dtype`
  const { channels, axes } = probe
  return `${name} enters a convolution of ${channels} ${channels === 1 ? 'channel' : 'channels'}, so it is ${short(probe)}[N,${channels},${SPACES[axes] ?? '…'}]`
}

function outcome({ fitting, failure }: Trials, unknown: readonly ShapelessInput[]): string[] {
  if (unknown.some(({ probe }) => probe?.kind !== 'image')) return []
  if (fitting.length > 1) return ['the model runs at many sizes']
  return [`no usual size evaluates${failure ? `, the last one since: ${failure.details.what}` : ''}`]
}

/** Usual lengths of axes: a second of sound, an image, a volume. */
const USUAL: Readonly<Record<number, number>> = { 1: 16000, 2: 224, 3: 64 }

function example({ name, probe }: ShapelessInput): string {
  if (probe?.kind !== 'image') return `${name}:f32[N,3,224,224]`
  const { channels, axes } = probe
  const sizes = Array.from({ length: axes }, () => USUAL[axes] ?? 64)
  return `${name}:${short(probe)}[N,${[channels, ...sizes].join(',')}]`
}
