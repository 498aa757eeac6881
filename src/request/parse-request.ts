import { ModelError, nearest } from '../errors/index.ts'
import type { Key } from './key.ts'
import { isKeyName, KEY_NAMES, KEYS, type KeyName, type Request } from './keys.ts'
import { parsePairs, type QueryPairs } from './query-string.ts'

/**
 * The request a query makes, checked and with defaults applied.
 *
 * @throws ModelError UNKNOWN_QUERY_KEY, BAD_QUERY_VALUE, or NOT_BUILT_YET for a documented value.
 * @example parseRequest('quant=int8&input=1x3x224x224').quant // 'int8'
 */
export function parseRequest(query: string): Request {
  return readPairs(parsePairs(query))
}

/** The table seen from one key: what ties a key's row to the type of its value in the request. */
const ROWS: { readonly [K in KeyName]: Key<Request[K]> } = KEYS

/** The request that keys and their texts make, wherever they come from. */
export function readPairs(pairs: QueryPairs): Request {
  for (const key of pairs.keys()) if (!isKeyName(key)) throw unknownKey(key, pairs)
  const request = eachKey((name) => ROWS[name].parse(pairs.get(name) ?? [], name))
  checkCombination(request)
  return request
}

/** The cast says what `each` guarantees row by row; `Object.fromEntries` cannot. */
const eachKey = (each: <K extends KeyName>(name: K) => Request[K]): Request =>
  Object.fromEntries(KEY_NAMES.map((name) => [name, each(name)])) as Request

/** Keys that mean nothing without another, or contradict it, would otherwise be ignored without a word. */
function checkCombination({ arch, class: className, args, validate, maxError, minSqnr }: Request): void {
  const orphan =
    arch === undefined && (className !== undefined ? 'class' : args !== undefined ? 'args' : undefined)
  if (orphan) {
    throw new ModelError('BAD_QUERY_VALUE', {
      what: `${orphan} is given without arch`,
      why: `${orphan} says which model of an architecture file is meant`,
      next: 'Add arch=./model.py',
    })
  }
  const budget = maxError !== undefined ? 'maxError' : minSqnr !== undefined ? 'minSqnr' : undefined
  if (validate === 'off' && budget) {
    throw new ModelError('BAD_QUERY_VALUE', {
      what: `${budget} is a budget that validate=off never checks`,
      next: `Drop validate=off, or drop ${budget}`,
    })
  }
}

const isBuilt = (name: KeyName): boolean => KEYS[name].values.length > 0
const BUILT = KEY_NAMES.filter(isBuilt)
const PLANNED = KEY_NAMES.filter((name) => !isBuilt(name))

function unknownKey(key: string, pairs: QueryPairs): ModelError {
  const bare = pairs.get(key)?.every((value) => value === '')
  const owner = bare ? keyOfValue(key) : undefined
  const guess = owner ? `${owner}=${key}` : (nearest(key, BUILT) ?? nearest(key, PLANNED))
  return new ModelError('UNKNOWN_QUERY_KEY', {
    what: `There is no query key ${JSON.stringify(key)}`,
    next: `${guess ? `Did you mean ${guess}? ` : ''}Keys are ${BUILT.join(', ')}; not built yet: ${PLANNED.join(', ')}`,
  })
}

/** The key that takes a word which was written alone: `?url` → `as`. */
const keyOfValue = (word: string): KeyName | undefined =>
  KEY_NAMES.find((name) => [...KEYS[name].values, ...KEYS[name].planned].includes(word))
