import { encodeVarint } from './message-tree.ts'
import type { Random } from './random.ts'

interface Change {
  readonly what: string
  readonly bytes: Uint8Array
}

type Mutation = (random: Random, bytes: Uint8Array) => Change

/** Numbers at which lengths, dims and offsets turn. */
export const TURNING_POINTS: readonly bigint[] = [
  0n,
  1n,
  2n,
  3n,
  7n,
  127n,
  128n,
  255n,
  256n,
  1023n,
  1024n,
  1025n,
  65535n,
  65536n,
  65537n,
  2n ** 24n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 40n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 60n,
  2n ** 63n - 1n,
  -1n,
  -2n,
  -3n,
  -128n,
  -(2n ** 31n),
  -(2n ** 53n),
  -(2n ** 63n),
]

const MUTATIONS: readonly Mutation[] = [
  (random, bytes) => {
    const at = random.below(bytes.length)
    const bit = random.below(8)
    const changed = bytes.slice()
    changed[at] = (changed[at] ?? 0) ^ (1 << bit)
    return { what: `bit ${bit} of byte ${at} turned`, bytes: changed }
  },
  (random, bytes) => {
    const [at, value] = [random.below(bytes.length), random.below(256)]
    const changed = bytes.slice()
    changed[at] = value
    return { what: `byte ${at} is ${value}`, bytes: changed }
  },
  (random, bytes) => {
    const length = random.below(bytes.length)
    return { what: `cut at ${length}`, bytes: bytes.slice(0, length) }
  },
  (random, bytes) => {
    const at = random.below(bytes.length)
    const number = random.pick(TURNING_POINTS)
    const rest = bytes.subarray(at + 1)
    return {
      what: `varint ${number} at ${at}`,
      bytes: Buffer.concat([bytes.subarray(0, at), encodeVarint(number), rest]),
    }
  },
  (random, bytes) => {
    const [from, to] = [random.below(bytes.length), random.below(bytes.length)]
    const length = 1 + random.below(Math.min(32, bytes.length - from))
    const run = bytes.subarray(from, from + length)
    return {
      what: `bytes ${from} to ${from + length} copied to ${to}`,
      bytes: Buffer.concat([bytes.subarray(0, to), run, bytes.subarray(to)]),
    }
  },
  (random, bytes) => {
    const from = random.below(bytes.length)
    const length = 1 + random.below(Math.min(32, bytes.length - from))
    return {
      what: `bytes ${from} to ${from + length} left out`,
      bytes: Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]),
    }
  },
]

/** One change to the bytes of a file. An empty file stays one. */
export const mutateBytes = (random: Random, bytes: Uint8Array): Change =>
  bytes.length === 0 ? { what: 'nothing', bytes } : random.pick(MUTATIONS)(random, bytes)
