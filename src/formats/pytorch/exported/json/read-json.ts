import { ModelError } from '../../../../errors/index.ts'

/**
 * JSON as Python writes it. Objects are maps: their keys come from the file. Ints beyond 2⁵³ keep their digits; the bare
 * words `Infinity`, `-Infinity` and `NaN`, which `json.dumps` gives floats, are numbers.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject
export type JsonObject = ReadonlyMap<string, Json>

/** Values of one text: the program of a model with 10,000 operators has some 400,000. */
const MAX_VALUES = 20_000_000
/** Each graph within a graph takes eight levels. */
const MAX_DEPTH = 200

/**
 * @param file names the text in errors.
 * @throws ModelError CORRUPT_FILE with the place of the damage, LIMIT_EXCEEDED.
 */
export function readJson(text: string, file: string): Json {
  return new JsonReader(text, file).whole()
}

const WORDS: readonly (readonly [word: string, value: Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

class JsonReader {
  readonly #text: string
  readonly #file: string
  #at = 0
  #values = 0

  constructor(text: string, file: string) {
    this.#text = text
    this.#file = file
  }

  whole(): Json {
    const value = this.#value(0)
    this.#space()
    return this.#at === this.#text.length ? value : this.#damaged('text behind its end')
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH || ++this.#values > MAX_VALUES) throw this.#tooLarge()
    this.#space()
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return this.#string()
      default:
        return this.#plain()
    }
  }

  #object(depth: number): JsonObject {
    const entries = new Map<string, Json>()
    this.#at++
    for (let more = !this.#takes('}'); more; more = this.#goesOn('}')) {
      this.#space()
      if (this.#text[this.#at] !== '"') this.#damaged('no key where one belongs')
      const key = this.#string()
      if (!this.#takes(':')) this.#damaged('a key without a value')
      entries.set(key, this.#value(depth + 1))
    }
    return entries
  }

  #array(depth: number): readonly Json[] {
    const items: Json[] = []
    this.#at++
    for (let more = !this.#takes(']'); more; more = this.#goesOn(']')) items.push(this.#value(depth + 1))
    return items
  }

  /** Behind a member: whether another follows. */
  #goesOn(end: string): boolean {
    if (this.#takes(',')) return true
    return this.#takes(end) ? false : this.#damaged(`neither a comma nor ${end}`)
  }

  #string(): string {
    const start = this.#at + 1
    for (let at = start; ; at++) {
      const code = this.#text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return this.#text.slice(start, at)
      }
      if (code === BACKSLASH) return this.#escapedString(start, at)
      if (!(code >= 0x20)) this.#damaged('a string without an end', start)
    }
  }

  #escapedString(start: number, firstEscape: number): string {
    const parts = [this.#text.slice(start, firstEscape)]
    for (let at = firstEscape; ; ) {
      const end = this.#nextSpecial(at)
      parts.push(this.#text.slice(at, end))
      if (this.#text.charCodeAt(end) === QUOTE) {
        this.#at = end + 1
        return parts.join('')
      }
      const letter = this.#text[end + 1] ?? ''
      const unicode = letter === 'u' ? this.#text.slice(end + 2, end + 6) : ''
      const plain = ESCAPES.get(letter)
      if (plain === undefined && !/^[\da-fA-F]{4}$/.test(unicode))
        this.#damaged('an escape that does not exist', end)
      parts.push(plain ?? String.fromCharCode(Number.parseInt(unicode, 16)))
      at = end + 2 + unicode.length
    }
  }

  #nextSpecial(from: number): number {
    for (let at = from; ; at++) {
      const code = this.#text.charCodeAt(at)
      if (code === QUOTE || code === BACKSLASH) return at
      if (!(code >= 0x20)) this.#damaged('a string without an end', from)
    }
  }

  #plain(): Json {
    for (const [word, value] of WORDS) {
      if (!this.#text.startsWith(word, this.#at)) continue
      this.#at += word.length
      return value
    }
    return this.#number()
  }

  #number(): number | bigint {
    NUMBER.lastIndex = this.#at
    const found = NUMBER.exec(this.#text)
    if (!found) return this.#damaged('no value where one belongs')
    const [digits, fraction, exponent] = found
    this.#at += digits.length
    const value = Number(digits)
    const isWhole = fraction === undefined && exponent === undefined
    if (!isWhole || Number.isSafeInteger(value)) return value
    return digits.length > MAX_DIGITS ? value : BigInt(digits)
  }

  #takes(character: string): boolean {
    this.#space()
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  #space(): void {
    for (let code = this.#text.charCodeAt(this.#at); isSpace(code); code = this.#text.charCodeAt(this.#at))
      this.#at++
  }

  #damaged(what: string, at = this.#at): never {
    throw new ModelError('CORRUPT_FILE', {
      what: `${this.#file} is not the JSON that torch.export writes: it has ${what}`,
      where: { node: `character ${at}` },
      next: 'Download or save the file again',
    })
  }

  #tooLarge(): ModelError {
    return new ModelError('LIMIT_EXCEEDED', {
      what: `${this.#file} nests more than ${MAX_DEPTH} deep or holds more than ${MAX_VALUES} values, which no model needs`,
    })
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** Of an int of 64 bits, with its sign. */
const MAX_DIGITS = 20

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
