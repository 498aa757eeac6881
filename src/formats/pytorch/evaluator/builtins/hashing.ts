import { countKey } from '../interpreter/dynamic-keys.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { asNumber, isNumber, plainNumber, wholeNumber } from '../numbers/numbers.ts'
import { pythonError } from '../python-error.ts'
import {
  hashMethod,
  type IntValue,
  intOf,
  keyOf,
  type PyValue,
  positional,
  typeName,
} from '../values/index.ts'

/** 2⁶¹ − 1: numbers that are equal are equal modulo it, and so hash alike. */
const MODULUS = (1n << 61n) - 1n

/** `hash(value)`: that of numbers and tuples of them as CPython has it; of all else, alike for what is equal. */
export function hashOf(i: Interpreter, value: PyValue): IntValue {
  return intOf(settled(rawHash(i, value)))
}

/** −1 means an error to CPython. */
const settled = (hash: bigint): bigint => (hash === -1n ? -2n : BigInt.asIntN(64, hash))

function rawHash(i: Interpreter, value: PyValue): bigint {
  // Long ints are slower than other steps.
  i.session.budget.step(16)
  if (isNumber(value)) {
    const number = asNumber(value)
    return number.kind === 'int' ? remainder(wholeNumber(i, number)) : floatHash(plainNumber(i, number))
  }
  if (value.kind === 'tuple') return tupleHash(value.items.map((item) => settled(rawHash(i, item))))
  if (value.kind === 'instance') {
    const method = hashMethod(value.class)
    if (method?.kind === 'none') throw pythonError('TypeError', `unhashable type: '${typeName(value)}'`)
    const own = method && i.call(method, positional(value))
    if (own?.kind === 'int') return wholeNumber(i, own)
    if (own) throw pythonError('TypeError', '__hash__ method should return an integer')
  }
  countKey(i, value)
  return textHash(keyOf(value))
}

const remainder = (value: bigint): bigint => value % MODULUS

/** A fraction is divided by modulo too (https://docs.python.org/3/library/stdtypes.html#hashing-of-numeric-types). */
function floatHash(value: number): bigint {
  if (Number.isNaN(value)) return 0n
  if (!Number.isFinite(value)) return value > 0 ? 314159n : -314159n
  let halvings = 0n
  let whole = value
  while (!Number.isInteger(whole)) {
    whole *= 2
    halvings++
  }
  // 2⁶¹ is 1 here, so to halve is to double 60 times.
  return remainder(BigInt(whole) * (1n << ((60n * halvings) % 61n)))
}

const PRIMES = [11400714785074694791n, 14029467366897019727n, 2870177450012600261n] as const

/** CPython's own mixing of the hashes of the items (xxHash). */
function tupleHash(lanes: readonly bigint[]): bigint {
  const wrapped = (value: bigint) => BigInt.asUintN(64, value)
  let mixed: bigint = PRIMES[2]
  for (const lane of lanes) {
    mixed = wrapped(mixed + wrapped(lane) * PRIMES[1])
    mixed = wrapped((mixed << 31n) | (mixed >> 33n)) * PRIMES[0]
    mixed = wrapped(mixed)
  }
  mixed = wrapped(mixed + (BigInt(lanes.length) ^ (PRIMES[2] ^ 3527539n)))
  return mixed === wrapped(-1n) ? 1546275796n : mixed
}

/** FNV-1a, twice with 32 bits. */
function textHash(text: string): bigint {
  let [low, high] = [0x811c9dc5, 0x01000193]
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    low = Math.imul(low ^ unit, 0x01000193)
    high = Math.imul(high ^ unit, 0x85ebca6b)
  }
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}
