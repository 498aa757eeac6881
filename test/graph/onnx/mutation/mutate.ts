import { decodeMessage, encodeMessage } from './message-tree.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateMessage } from './mutate-message.ts'
import { type Random, randomOf } from './random.ts'

export interface Mutant {
  readonly source: string
  /** What was done to it, in order. */
  readonly changes: readonly string[]
  readonly bytes: Uint8Array
}

export interface SourceFile {
  readonly name: string
  readonly bytes: Uint8Array
}

const MOST_CHANGES = 4

/** The mutant of a seed: one of the files, changed once to four times, in its bytes or in its decoded messages. */
export function mutantOf(seed: number, files: readonly SourceFile[]): Mutant {
  const random = randomOf(seed)
  const { name, bytes } = random.pick(files)
  const count = 1 + random.below(MOST_CHANGES)
  const mutate = random.chance(0.35) ? changedBytes : changedMessage
  return { source: name, ...mutate(random, bytes, { count, files }) }
}

interface Plan {
  readonly count: number
  readonly files: readonly SourceFile[]
}

function changedBytes(random: Random, original: Uint8Array, { count }: Plan): Omit<Mutant, 'source'> {
  let bytes = original
  const changes: string[] = []
  for (let change = 0; change < count; change++) {
    const changed = mutateBytes(random, bytes)
    bytes = changed.bytes
    changes.push(changed.what)
  }
  return { bytes, changes }
}

function changedMessage(
  random: Random,
  original: Uint8Array,
  { count, files }: Plan,
): Omit<Mutant, 'source'> {
  const message = decodeMessage(original)
  const donor = decodeMessage(random.pick(files).bytes)
  const changes: string[] = []
  for (let change = 0; change < count; change++) changes.push(mutateMessage(random, message, donor))
  return { bytes: encodeMessage(message), changes }
}
