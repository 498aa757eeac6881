import type { Position } from './ast.ts'
import { syntaxError } from './syntax-error.ts'
import type { Token } from './token.ts'

/** A walk over tokens: look, accept, expect. */
export class Cursor {
  readonly #tokens: readonly Token[]
  readonly #end: Token
  #index = 0
  /** The class whose body is parsed, of those the innermost; empty outside of any, and where names are not private. */
  owner = ''

  constructor(tokens: readonly Token[]) {
    const end = tokens.at(-1)
    if (end?.kind !== 'end') throw new TypeError('A token stream ends with an end token')
    this.#tokens = tokens
    this.#end = end
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#index + ahead] ?? this.#end
  }

  next(): Token {
    const token = this.peek()
    this.#index++
    return token
  }

  get at(): Position {
    return this.peek().at
  }

  /** A position to come back to with `rewind`. */
  get mark(): number {
    return this.#index
  }

  rewind(mark: number): void {
    this.#index = mark
  }

  /** Whether the next token is this operator or keyword. */
  sees(text: string): boolean {
    const token = this.peek()
    return token.text === text && (token.kind === 'operator' || token.kind === 'keyword')
  }

  accept(text: string): boolean {
    if (!this.sees(text)) return false
    this.#index++
    return true
  }

  expect(text: string, context: string): Token {
    if (!this.sees(text)) throw this.unexpected(`${text} was expected ${context}`)
    return this.next()
  }

  acceptKind(kind: Token['kind']): boolean {
    if (this.peek().kind !== kind) return false
    this.#index++
    return true
  }

  expectKind(kind: Token['kind'], context: string): Token {
    if (this.peek().kind !== kind) throw this.unexpected(`${context} was expected`)
    return this.next()
  }

  name(context: string): string {
    const token = this.peek()
    if (token.kind !== 'name') throw this.unexpected(`${context} was expected`)
    return this.identifier()
  }

  /** The next token as a name: `__x` is `_Net__x` in a class Net, and so belongs to that class alone. */
  identifier(): string {
    const { text } = this.next()
    const owner = this.owner.replace(/^_+/, '')
    return owner !== '' && text.startsWith('__') && !text.endsWith('__') ? `_${owner}${text}` : text
  }

  unexpected(what: string): Error {
    const token = this.peek()
    return syntaxError(token.at, `${what}, and ${describe(token)} stands there`)
  }
}

function describe(token: Token): string {
  if (token.kind === 'newline') return 'the end of the line'
  if (token.kind === 'end') return 'the end of the file'
  if (token.kind === 'indent' || token.kind === 'dedent') return `a change of indentation`
  return JSON.stringify(token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text)
}
