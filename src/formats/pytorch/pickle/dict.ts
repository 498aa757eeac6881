import { ModelError } from '../../../errors/index.ts'
import type { PickleClass, PickleValue } from './value.ts'

/**
 * A Python dict, in insertion order, with Python's equality of keys: `1`, `1.0` and `True` are one key; tuples of such
 * are compared by content; objects by identity.
 */
export class PickleDict {
  readonly kind = 'dict'
  /** Set for the kinds of dict that we understand: `OrderedDict`, `defaultdict`. */
  readonly class: PickleClass | undefined
  /**
   * Attributes that the pickle set on the dict itself, apart from its keys: a state dict's OrderedDict carries `_metadata`.
   */
  attributes: PickleDict | undefined
  /** The type that TorchScript recorded for it: `Dict[str, int]`. */
  typeTag?: string
  readonly #entries = new Map<unknown, readonly [PickleValue, PickleValue]>()

  constructor(type?: PickleClass) {
    this.class = type
  }

  get size(): number {
    return this.#entries.size
  }

  /** @throws ModelError LIMIT_EXCEEDED beyond 8 million entries, or for a tuple as key that is absurdly long. */
  set(key: PickleValue, value: PickleValue): void {
    const id = keyOf(key)
    const known = this.#entries.get(id)
    if (!known && this.#entries.size >= MAX_ENTRIES) {
      throw new ModelError('LIMIT_EXCEEDED', { what: `A pickled dict has more than ${MAX_ENTRIES} entries` })
    }
    // As in Python, a key that is set again keeps its place and its first spelling.
    this.#entries.set(id, [known?.[0] ?? key, value])
  }

  /** The value under a string, or under any other key. */
  get(key: string | PickleValue): PickleValue | undefined {
    return this.#entries.get(typeof key === 'string' ? stringKey(key) : keyOf(key))?.[1]
  }

  entries(): IterableIterator<readonly [PickleValue, PickleValue]> {
    return this.#entries.values()
  }

  /** The entries whose key is a string, in order. */
  *named(): Generator<readonly [string, PickleValue]> {
    for (const [key, value] of this.#entries.values()) if (key.kind === 'string') yield [key.value, value]
  }
}

const MAX_ENTRIES = 8_000_000

/**
 * Non-string keys are spelled as text behind a NUL; the spelling is bounded, since a file can name one huge tuple as key
 * over and over, or fold a tuple into itself until its text has exponential length.
 */
const MAX_KEY_TEXT = 4096
const MAX_KEY_DEPTH = 64

const stringKey = (value: string): string => (value.startsWith('\0') ? `\0s${checked(value)}` : value)

/** What stands for a key in a Map: a text with Python's equality, or the value itself where identity decides. */
function keyOf(key: PickleValue): unknown {
  if (key.kind === 'string') return stringKey(key.value)
  const text = keyText(key)
  return text === undefined ? key : `\0${text}`
}

function keyText(key: PickleValue, depth = 0): string | undefined {
  switch (key.kind) {
    case 'none':
      return 'None'
    case 'bool':
      return `n${Number(key.value)}`
    case 'int':
      return `n${key.value}`
    case 'float':
      return Number.isInteger(key.value) ? `n${BigInt(key.value)}` : floatText(key.value)
    case 'bytes':
      return checked(`b${key.value.subarray(0, MAX_KEY_TEXT).join()}`)
    case 'class':
      return checked(`c${key.module} ${key.name}`)
    case 'dtype':
      return `d${key.dtype}`
    case 'tuple':
      return tupleText(key.items, depth + 1)
    default:
      return undefined
  }
}

/** NaN equals nothing, itself included: then identity decides. */
const floatText = (value: number): string | undefined => (Number.isNaN(value) ? undefined : `n${value}`)

/** Undefined when a part is compared by identity: the tuple then is as well. */
function tupleText(items: readonly PickleValue[], depth: number): string | undefined {
  if (depth > MAX_KEY_DEPTH) throw absurdKey()
  let text = 't('
  for (const item of items) {
    const part = item.kind === 'string' ? JSON.stringify(checked(item.value)) : keyText(item, depth)
    if (part === undefined) return undefined
    text = checked(`${text}${part},`)
  }
  return `${text})`
}

function checked(text: string): string {
  if (text.length > MAX_KEY_TEXT) throw absurdKey()
  return text
}

const absurdKey = (): ModelError =>
  new ModelError('LIMIT_EXCEEDED', { what: 'A pickled dict has a key that is absurdly long or nested' })
