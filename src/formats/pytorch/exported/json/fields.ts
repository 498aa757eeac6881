import { ModelError } from '../../../../errors/index.ts'
import type { Json, JsonObject } from './read-json.ts'

/**
 * A JSON object of a file, read member by member with the kind that is expected. What a newer writer added is passed over.
 * Errors name the path: `graph_module.graph.nodes.3.target`.
 */
export class Fields {
  readonly #object: JsonObject
  readonly #path: Path

  private constructor(object: JsonObject, path: Path) {
    this.#object = object
    this.#path = path
  }

  /** @throws ModelError CORRUPT_FILE when it is no object. */
  static of(value: Json | undefined, file: string): Fields {
    return fieldsOf(value, { file })
  }

  /** @internal */
  static made(object: JsonObject, path: Path): Fields {
    return new Fields(object, path)
  }

  get keys(): readonly string[] {
    return [...this.#object.keys()]
  }

  /** Whether the member exists and is not null. */
  has(name: string): boolean {
    return (this.#object.get(name) ?? null) !== null
  }

  raw(name: string): Json | undefined {
    return this.#object.get(name)
  }

  object(name: string): Fields {
    return fieldsOf(this.raw(name), this.#below(name))
  }

  optionalObject(name: string): Fields | undefined {
    return this.has(name) ? this.object(name) : undefined
  }

  string(name: string): string {
    const value = this.raw(name)
    return typeof value === 'string' ? value : this.#wrong(name, 'a string')
  }

  optionalString(name: string): string | undefined {
    return this.has(name) ? this.string(name) : undefined
  }

  bool(name: string): boolean {
    const value = this.raw(name)
    return typeof value === 'boolean' ? value : this.#wrong(name, 'a bool')
  }

  optionalBool(name: string): boolean | undefined {
    return this.has(name) ? this.bool(name) : undefined
  }

  /** An int; one beyond 2⁵³ with all its digits. */
  int(name: string): number | bigint {
    const value = this.raw(name)
    const isInt = typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value)
    return isInt && (typeof value === 'bigint' || typeof value === 'number')
      ? value
      : this.#wrong(name, 'an int of 64 bits')
  }

  /** An int that counts or numbers something. */
  count(name: string): number {
    const value = this.raw(name)
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.#wrong(name, 'a count')
  }

  /** A float; infinities and NaN may be spelled as strings. */
  float(name: string): number {
    const value = this.raw(name)
    const number = typeof value === 'string' ? FLOAT_WORDS.get(value) : value
    return typeof number === 'number' || typeof number === 'bigint'
      ? Number(number)
      : this.#wrong(name, 'a float')
  }

  list(name: string): readonly Json[] {
    const value = this.raw(name)
    return isList(value) ? value : this.#wrong(name, 'a list')
  }

  objects(name: string): Fields[] {
    const path = this.#below(name)
    return this.list(name).map((item, index) => fieldsOf(item, { above: path, name: String(index) }))
  }

  strings(name: string): string[] {
    return this.list(name).map((item) => (typeof item === 'string' ? item : this.#wrong(name, 'strings')))
  }

  /** An object whose keys are names of the file. */
  entries(name: string): (readonly [key: string, value: Fields])[] {
    const inner = this.object(name)
    return inner.keys.map((key) => [key, inner.object(key)] as const)
  }

  /** As `entries`, empty where the member does not exist. */
  optionalEntries(name: string): (readonly [key: string, value: Fields])[] {
    return this.has(name) ? this.entries(name) : []
  }

  /** @throws ModelError CORRUPT_FILE, always: what stands in the object is not what a reader knows. */
  fail(what: string): never {
    throw damaged(this.#path, what)
  }

  #below(name: string): Path {
    return { above: this.#path, name }
  }

  #wrong(name: string, wanted: string): never {
    throw damaged(this.#below(name), this.#object.has(name) ? `is not ${wanted}` : 'is missing')
  }
}

type Path = { readonly file: string } | { readonly above: Path; readonly name: string }

const FLOAT_WORDS: ReadonlyMap<string, number> = new Map([
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['NaN', Number.NaN],
])

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

function fieldsOf(value: Json | undefined, path: Path): Fields {
  if (value instanceof Map) return Fields.made(value, path)
  throw damaged(path, value === undefined ? 'is missing' : 'is not an object')
}

function damaged(path: Path, what: string): ModelError {
  const { file, names } = spelled(path)
  return new ModelError('CORRUPT_FILE', {
    what: `${file} is not as torch.export writes it: ${names.join('.') || 'its root'} ${what}`,
    next: 'Export and save the model again; if torch.export.load takes this file, please open an issue',
  })
}

function spelled(path: Path): { readonly file: string; readonly names: readonly string[] } {
  if ('file' in path) return { file: path.file, names: [] }
  const { file, names } = spelled(path.above)
  return { file, names: [...names, path.name] }
}
