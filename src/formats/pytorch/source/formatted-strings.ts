import type { Expression, FStringPart, Position } from './ast.ts'
import { unescapeString } from './literal.ts'
import type { Parser } from './parser.ts'
import { syntaxError } from './syntax-error.ts'
import type { Token } from './token.ts'

type StringToken = Extract<Token, { kind: 'string' | 'bytes' | 'fstring' }>

/** One or more string literals side by side, joined as Python joins them. */
export function parseStrings(p: Parser): Expression {
  const tokens: StringToken[] = []
  for (let token = p.peek(); isString(token); token = p.peek()) {
    tokens.push(token)
    p.next()
  }
  const at = tokens[0]?.at ?? p.at
  if (tokens.every((token) => token.kind === 'bytes')) return { kind: 'Bytes', value: join(tokens), at }
  if (tokens.every((token) => token.kind === 'string')) return { kind: 'Str', value: join(tokens), at }
  if (tokens.some((token) => token.kind === 'bytes')) throw syntaxError(at, 'Bytes and text are joined')
  return { kind: 'FString', parts: tokens.flatMap((token) => partsOf(p, token)), at }
}

function isString(token: Token): token is StringToken {
  return token.kind === 'string' || token.kind === 'bytes' || token.kind === 'fstring'
}

const join = (tokens: readonly StringToken[]): string =>
  tokens.map((token) => (token.kind === 'fstring' ? '' : token.value)).join('')

function partsOf(p: Parser, token: StringToken): FStringPart[] {
  if (token.kind !== 'fstring') return [{ kind: 'Text', text: token.value }]
  return new FormattedString(p, token.body, token.raw, token.bodyAt).parts()
}

/** The text and the `{fields}` of one f-string (PEP 498, PEP 701). */
class FormattedString {
  readonly #parser: Parser
  readonly #body: string
  readonly #raw: boolean
  #offset = 0
  #at: Position

  constructor(parser: Parser, body: string, raw: boolean, at: Position) {
    this.#parser = parser
    this.#body = body
    this.#raw = raw
    this.#at = at
  }

  parts(inFormat = false): FStringPart[] {
    const parts: FStringPart[] = []
    let text = ''
    const flush = (): void => {
      if (text !== '')
        parts.push({ kind: 'Text', text: this.#raw ? text : unescapeString(text, this.#parser.dialect) })
      text = ''
    }
    while (this.#offset < this.#body.length) {
      const character = this.#body.charAt(this.#offset)
      const isDoubled = !inFormat && this.#body.charAt(this.#offset + 1) === character
      if (inFormat && character === '}') break
      if ((character === '{' || character === '}') && isDoubled) {
        text += character
        this.#advance(this.#offset + 2)
      } else if (character === '{') {
        flush()
        this.#advance(this.#offset + 1)
        parts.push(this.#field())
      } else if (character === '}') {
        throw syntaxError(this.#at, 'A single } in an f-string')
      } else {
        text += character
        this.#advance(this.#offset + 1)
      }
    }
    flush()
    return parts
  }

  #field(): FStringPart {
    const start = this.#offset
    const end = this.#expressionEnd()
    const source = this.#body.slice(start, end)
    const labelled = /^([\s\S]*[^=!<>\s]\s*=\s*)$/.exec(source)
    const value = this.#parser.field(labelled ? source.replace(/=\s*$/, '') : source, this.#at)
    this.#advance(end)
    const conversion = this.#conversion()
    const format = this.#format()
    if (this.#body.charAt(this.#offset) !== '}')
      throw syntaxError(this.#at, 'A field of an f-string has no }')
    this.#advance(this.#offset + 1)
    return { kind: 'Field', value, conversion, format, label: labelled?.[1] }
  }

  /** Offset of the `}`, `!conversion` or `:format` that ends the field's expression. */
  #expressionEnd(): number {
    let depth = 0
    for (let i = this.#offset; i < this.#body.length; i++) {
      const character = this.#body.charAt(i)
      if (character === '"' || character === "'") i = this.#quoteEnd(i, character)
      else if ('([{'.includes(character)) depth++
      else if (depth > 0 && ')]}'.includes(character)) depth--
      else if (depth === 0 && (character === '}' || character === ':')) return i
      else if (depth === 0 && character === '!' && this.#body.charAt(i + 1) !== '=') return i
    }
    throw syntaxError(this.#at, 'A field of an f-string has no }')
  }

  #quoteEnd(start: number, quote: string): number {
    const end = this.#body.indexOf(quote, start + 1)
    if (end < 0) throw syntaxError(this.#at, 'A string that does not end')
    return end
  }

  #conversion(): 's' | 'r' | 'a' | undefined {
    if (this.#body.charAt(this.#offset) !== '!') return undefined
    const letter = this.#body.charAt(this.#offset + 1)
    if (letter !== 's' && letter !== 'r' && letter !== 'a') {
      throw syntaxError(this.#at, 'A conversion in an f-string is !s, !r or !a')
    }
    this.#advance(this.#offset + 2)
    return letter
  }

  #format(): FStringPart[] {
    if (this.#body.charAt(this.#offset) !== ':') return []
    this.#advance(this.#offset + 1)
    return this.parts(true)
  }

  #advance(end: number): void {
    let { line, column } = this.#at
    for (let i = this.#offset; i < end; i++) {
      if (this.#body.charAt(i) === '\n') {
        line++
        column = 1
      } else column++
    }
    this.#at = { file: this.#at.file, line, column }
    this.#offset = end
  }
}
