import { ModelError } from '../../../errors/index.ts'
import { DTYPES } from '../../../graph/index.ts'
import type { Probe } from './probe.ts'
import { type NamedGiven, spelled } from './signature.ts'

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
  const isLone = inputs.filter((input) => !isDefault(input)).length === 1
  const query = `?${inputs.flatMap((input) => ('given' in input ? spelledInputs(input) : [example(input, isLone)]).map((text) => `input=${text}`)).join('&')}`
  const isGuess = unknown.some(({ probe }) => probe?.kind !== 'image')
  return new ModelError('NEEDS_INPUT_SHAPE', {
    what: `${shapesOf(unknown.map(({ name }) => name))} ${unknown.length === 1 ? 'is' : 'are'} not in the file`,
    why: [...unknown.map(known), ...outcome(trials, unknown)].join('; '),
    next: isGuess
      ? guessed(query, unknown[0]?.name ?? 'x', isLone)
      : `Give it in the query, with the size you mean: ${query}`,
  })
}

function guessed(query: string, name: string, isLone: boolean): string {
  if (isLone)
    return `Give it in the query, such as ${query} for an image, or ${name}:i64[N,L=128] for token ids`
  return `Give them in the query, as in ${query}, each with the dims it has: an image is f32[N,3,224,224], token ids are i64[N,L=128], one number for each sample is f32[N]`
}

const isDefault = (input: NamedGiven | ShapelessInput): boolean =>
  'given' in input && input.given.kind === 'default'

/** `The shape of x`, `The shapes of x and y`. */
export function shapesOf(names: readonly string[]): string {
  const [last = '', ...before] = [...names].reverse()
  if (before.length === 0) return `The shape of ${last}`
  return `The shapes of ${before.reverse().join(', ')} and ${last}`
}

/** `x:f32[N,3,32,32]`; one for each tensor of a list, none for an argument that is left to its default. */
export const spelledInputs = ({ name, given }: NamedGiven): string[] =>
  spelled(name, given, (dtype) => DTYPES[dtype].short)

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

/** Of several inputs one that nothing is known of is hardly an image as well: it may be a timestep. */
function example({ name, probe }: ShapelessInput, isLone: boolean): string {
  if (probe?.kind !== 'image') return `${name}:f32[${isLone ? 'N,3,224,224' : 'N'}]`
  const { channels, axes } = probe
  const sizes = Array.from({ length: axes }, () => USUAL[axes] ?? 64)
  return `${name}:${short(probe)}[N,${[channels, ...sizes].join(',')}]`
}
