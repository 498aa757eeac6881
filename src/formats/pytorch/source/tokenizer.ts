import type { Position } from './ast.ts'
import type { Dialect } from './dialect.ts'
import { intValue, unescapeString } from './literal.ts'
import { syntaxError } from './syntax-error.ts'
import { KEYWORDS, type Token } from './token.ts'

const NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy
const NUMBER =
  /0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?/y
const OPERATOR =
  /\*\*=|\/\/=|>>=|<<=|\.\.\.|->|:=|==|!=|<=|>=|\*\*|\/\/|<<|>>|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|@=|[-+*/%@&|^~<>()[\]{},:.;=]/y
const STRING_START = /([rRbBuUfF]{0,2})('''|"""|'|")/y
const BLANK = /[ \t\f]*/y

/** CPython's own limits: 100 levels of indentation, 200 open brackets. */
const MAX_INDENTS = 100
const MAX_BRACKETS = 200

/** Where the tokens of a piece of source begin: an f-string's field starts inside a file. */
export interface Origin {
  readonly file: string
  readonly line: number
  readonly column: number
}

/**
 * Source text as tokens, in one pass. Indentation becomes `indent` and `dedent`; line ends inside brackets vanish.
 * @throws ModelError BAD_SOURCE with file and line.
 */
export function tokenize(text: string, origin: Origin, dialect: Dialect, insideBrackets = false): Token[] {
  return new Tokenizer(text, origin, dialect, insideBrackets).run()
}

class Tokenizer {
  readonly #text: string
  readonly #dialect: Dialect
  readonly #file: string
  readonly #tokens: Token[] = []
  readonly #indents = [0]
  readonly #brackets: string[] = []
  readonly #insideBrackets: boolean
  #offset = 0
  #line: number
  /** Offset of the current line's first character; below zero when the text begins amid a line. */
  #lineStart: number

  constructor(text: string, origin: Origin, dialect: Dialect, insideBrackets: boolean) {
    this.#text = text
    this.#dialect = dialect
    this.#file = origin.file
    this.#line = origin.line
    this.#lineStart = 1 - origin.column
    this.#insideBrackets = insideBrackets
  }

  run(): Token[] {
    if (this.#text.charCodeAt(0) === 0xfeff) this.#offset = 1
    if (!this.#insideBrackets) this.#startLine()
    while (this.#offset < this.#text.length) this.#next()
    this.#finish()
    return this.#tokens
  }

  #position(offset = this.#offset): Position {
    return { file: this.#file, line: this.#line, column: offset - this.#lineStart + 1 }
  }

  #push(kind: 'name' | 'keyword' | 'operator' | 'newline' | 'indent' | 'dedent' | 'end', text: string): void {
    this.#tokens.push({ kind, text, at: this.#position() })
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#offset
    return pattern.exec(this.#text)
  }

  get #joinsLines(): boolean {
    return this.#insideBrackets || this.#brackets.length > 0
  }

  #next(): void {
    const code = this.#text.charCodeAt(this.#offset)
    if (code === 32 || code === 9 || code === 12) this.#offset++
    else if (code === 10 || code === 13) this.#lineEnd()
    else if (code === 35) this.#skipComment()
    else if (code === 92) this.#continuation()
    else if (isDigit(code) || (code === 46 && isDigit(this.#text.charCodeAt(this.#offset + 1))))
      this.#number()
    else this.#word()
  }

  #word(): void {
    const string = this.#match(STRING_START)
    if (string) {
      this.#string(string[1]?.toLowerCase() ?? '', string[2] ?? "'")
      return
    }
    const name = this.#match(NAME)
    if (name) {
      this.#push(KEYWORDS.has(name[0]) ? 'keyword' : 'name', name[0])
      this.#offset += name[0].length
      return
    }
    this.#operator()
  }

  #operator(): void {
    const operator = this.#match(OPERATOR)?.[0]
    if (operator === undefined) {
      const character = String.fromCodePoint(this.#text.codePointAt(this.#offset) ?? 0)
      throw syntaxError(this.#position(), `Unexpected character ${JSON.stringify(character)}`)
    }
    this.#push('operator', operator)
    if ('([{'.includes(operator)) this.#open(operator)
    else if (')]}'.includes(operator)) this.#close(operator)
    this.#offset += operator.length
  }

  #open(bracket: string): void {
    if (this.#brackets.length >= MAX_BRACKETS) {
      throw syntaxError(this.#position(), `More than ${MAX_BRACKETS} nested brackets`)
    }
    this.#brackets.push(bracket)
  }

  #close(bracket: string): void {
    const opened = this.#brackets.pop()
    const expected = opened === '(' ? ')' : opened === '[' ? ']' : opened === '{' ? '}' : undefined
    if (bracket !== expected) {
      throw syntaxError(
        this.#position(),
        expected === undefined ? `Unmatched ${bracket}` : `${bracket} closes ${opened}`,
      )
    }
  }

  #number(): void {
    const text = this.#match(NUMBER)?.[0] ?? ''
    const at = this.#position()
    this.#offset += text.length
    const digits = text.replaceAll('_', '')
    if (/^0[xXoObB]/.test(text) || /^[\d_]+$/.test(text)) {
      if (/^0[xXoObB]$/.test(digits)) throw syntaxError(at, `${text} is not a number`)
      this.#tokens.push({ kind: 'int', text, value: intValue(text), at })
    } else if (/[jJ]$/.test(text)) {
      this.#tokens.push({ kind: 'imaginary', text, value: Number(digits.slice(0, -1)), at })
    } else {
      this.#tokens.push({ kind: 'float', text, value: Number(digits), at })
    }
  }

  #string(prefix: string, quote: string): void {
    const at = this.#position()
    const bodyStart = this.#offset + prefix.length + quote.length
    const bodyAt = this.#position(bodyStart)
    const raw = prefix.includes('r')
    const bodyEnd = this.#stringEnd(bodyStart, quote, prefix.includes('f'), at)
    const text = this.#text.slice(this.#offset, bodyEnd + quote.length)
    const body = this.#text.slice(bodyStart, bodyEnd)
    this.#advance(bodyEnd + quote.length)
    if (prefix.includes('f')) {
      this.#tokens.push({ kind: 'fstring', text, body, raw, at, bodyAt })
      return
    }
    const value = raw ? body : unescapeString(body, this.#dialect)
    this.#tokens.push({ kind: prefix.includes('b') ? 'bytes' : 'string', text, value, at })
  }

  /** Moves on over text that may hold line ends. */
  #advance(end: number): void {
    for (let i = this.#offset; i < end; i++) {
      if (this.#text.charCodeAt(i) === 10) {
        this.#line++
        this.#lineStart = i + 1
      }
    }
    this.#offset = end
  }

  /** Offset of the closing quote. A field of an f-string may hold any quote (PEP 701). */
  #stringEnd(start: number, quote: string, isFormatted: boolean, at: Position): number {
    let depth = 0
    for (let i = start; i < this.#text.length; i++) {
      const character = this.#text.charAt(i)
      if (character === '\\') i++
      else if (depth === 0 && this.#text.startsWith(quote, i)) return i
      else if (character === '\n' && quote.length === 1 && depth === 0) break
      else if (isFormatted && character === '{') {
        if (depth === 0 && this.#text.charAt(i + 1) === '{') i++
        else depth++
      } else if (isFormatted && character === '}' && depth > 0) depth--
      else if (depth > 0 && (character === '"' || character === "'"))
        i = this.#innerStringEnd(i, character, at)
    }
    throw syntaxError(at, 'A string that does not end')
  }

  #innerStringEnd(start: number, quote: string, at: Position): number {
    const end = this.#text.indexOf(quote, start + 1)
    if (end < 0) throw syntaxError(at, 'A string that does not end')
    return end
  }

  #skipComment(): void {
    const end = this.#text.indexOf('\n', this.#offset)
    this.#offset = end < 0 ? this.#text.length : end
  }

  /** A backslash joins the next line to this one. */
  #continuation(): void {
    const rest = /\\[ \t]*(\r?\n|$)/y
    rest.lastIndex = this.#offset
    const found = rest.exec(this.#text)
    if (!found) throw syntaxError(this.#position(), 'Unexpected character "\\\\"')
    this.#advance(this.#offset + found[0].length)
  }

  #lineEnd(): void {
    if (!this.#joinsLines && this.#tokens.length > 0) {
      const last = this.#tokens.at(-1)?.kind
      if (last !== 'newline' && last !== 'indent' && last !== 'dedent') this.#push('newline', '')
    }
    this.#advanceLine()
    if (!this.#joinsLines) this.#startLine()
  }

  #advanceLine(): void {
    if (this.#text.charCodeAt(this.#offset) === 13 && this.#text.charCodeAt(this.#offset + 1) === 10) {
      this.#offset++
    }
    this.#offset++
    this.#line++
    this.#lineStart = this.#offset
  }

  /** Indentation of a line that holds something; blank and comment lines have none. */
  #startLine(): void {
    const blank = this.#match(BLANK)?.[0] ?? ''
    this.#offset += blank.length
    const code = this.#text.charCodeAt(this.#offset)
    if (Number.isNaN(code) || code === 10 || code === 13 || code === 35) return
    const width = indentWidth(blank)
    const current = this.#indents.at(-1) ?? 0
    if (width > current) this.#indent(width)
    else if (width < current) this.#dedent(width)
  }

  #indent(width: number): void {
    if (this.#indents.length > MAX_INDENTS) {
      throw syntaxError(this.#position(), `More than ${MAX_INDENTS} levels of indentation`)
    }
    this.#indents.push(width)
    this.#push('indent', '')
  }

  #dedent(width: number): void {
    while ((this.#indents.at(-1) ?? 0) > width) {
      this.#indents.pop()
      this.#push('dedent', '')
    }
    if (this.#indents.at(-1) !== width) {
      throw syntaxError(this.#position(), 'Indentation that fits no outer block')
    }
  }

  #finish(): void {
    if (this.#brackets.length > 0) {
      throw syntaxError(this.#position(), `${this.#brackets.at(-1)} is never closed`)
    }
    if (!this.#insideBrackets) {
      const last = this.#tokens.at(-1)?.kind
      if (last !== undefined && last !== 'newline' && last !== 'dedent') this.#push('newline', '')
      this.#dedent(0)
    }
    this.#push('end', '')
  }
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** A tab moves on to the next multiple of eight. */
function indentWidth(blank: string): number {
  let width = 0
  for (const character of blank) width = character === '\t' ? (Math.floor(width / 8) + 1) * 8 : width + 1
  return width
}
