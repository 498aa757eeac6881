import { ModelError } from '../../../../errors/index.ts'

/** A sympy expression. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'symbol'; readonly name: string }
  /** `Add`, `Mul`, `Pow`, `FloorDiv`, …, as sympy and torch.utils._sympy.functions name them. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }

const MAX_DEPTH = 200

/**
 * Reads what `as_expr` holds: sympy's srepr (`Mul(Integer(2), Symbol('s0', integer=True))`) or plain arithmetic (`2*s0 + 1`,
 * `(s0 - 1)//2`), which older files have. One grammar covers both.
 *
 * @throws ModelError CORRUPT_FILE, LIMIT_EXCEEDED
 */
export function parseExpression(text: string): Expression {
  return new ExpressionParser(text).whole()
}

const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_]\w*)|'([^']*)'|(\*\*|\/\/|[<>=!]=|[-+*/%<>(),=]))/y

interface Token {
  readonly kind: 'number' | 'name' | 'string' | 'mark' | 'end'
  readonly text: string
}

/** Operators with how tightly they bind, and what sympy calls them. */
const BINARY: ReadonlyMap<string, readonly [precedence: number, name: string]> = new Map([
  ['==', [1, 'Equality']],
  ['!=', [1, 'Unequality']],
  ['<', [1, 'StrictLessThan']],
  ['<=', [1, 'LessThan']],
  ['>', [1, 'StrictGreaterThan']],
  ['>=', [1, 'GreaterThan']],
  ['+', [2, 'Add']],
  ['-', [2, 'Sub']],
  ['*', [3, 'Mul']],
  ['/', [3, 'Div']],
  ['//', [3, 'FloorDiv']],
  ['%', [3, 'Mod']],
  ['**', [5, 'Pow']],
])
const UNARY_PRECEDENCE = 4

class ExpressionParser {
  readonly #text: string
  readonly #tokens: Token[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text
    TOKEN.lastIndex = 0
    while (TOKEN.lastIndex < text.trimEnd().length) this.#tokens.push(this.#tokenAt(TOKEN.lastIndex))
  }

  whole(): Expression {
    const value = this.#binary(0, 0)
    return this.#peek().kind === 'end' ? value : this.#damaged()
  }

  #tokenAt(index: number): Token {
    const found = TOKEN.exec(this.#text)
    if (!found) {
      TOKEN.lastIndex = index
      return this.#damaged()
    }
    const [, number, name, string, mark] = found
    if (number !== undefined) return { kind: 'number', text: number }
    if (name !== undefined) return { kind: 'name', text: name }
    return string === undefined ? { kind: 'mark', text: mark ?? '' } : { kind: 'string', text: string }
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? { kind: 'end', text: '' }
  }

  #takes(mark: string): boolean {
    const { kind, text } = this.#peek()
    if (kind !== 'mark' || text !== mark) return false
    this.#at++
    return true
  }

  #binary(least: number, depth: number): Expression {
    if (depth > MAX_DEPTH)
      throw new ModelError('LIMIT_EXCEEDED', { what: `A size nests more than ${MAX_DEPTH} deep` })
    let left = this.#unary(depth)
    for (;;) {
      const { kind, text } = this.#peek()
      const [precedence, name] = (kind === 'mark' && BINARY.get(text)) || []
      if (precedence === undefined || name === undefined || precedence < least) return left
      this.#at++
      // A power binds to the right, all else to the left.
      const right = this.#binary(name === 'Pow' ? precedence : precedence + 1, depth + 1)
      left = { kind: 'call', name, args: [left, right] }
    }
  }

  #unary(depth: number): Expression {
    if (this.#takes('+')) return this.#binary(UNARY_PRECEDENCE, depth + 1)
    if (!this.#takes('-')) return this.#primary(depth)
    return { kind: 'call', name: 'Neg', args: [this.#binary(UNARY_PRECEDENCE, depth + 1)] }
  }

  #primary(depth: number): Expression {
    if (this.#takes('(')) {
      const inner = this.#binary(0, depth + 1)
      return this.#takes(')') ? inner : this.#damaged()
    }
    const { kind, text } = this.#peek()
    this.#at++
    if (kind === 'number') return { kind: 'number', value: Number(text) }
    if (kind === 'name') return this.#takes('(') ? this.#call(text, depth) : named(text)
    return this.#damaged()
  }

  /** Behind `Name(`. */
  #call(name: string, depth: number): Expression {
    const text = this.#peek()
    if (text.kind === 'string') return this.#quoted(name, text.text)
    const args: Expression[] = []
    while (!this.#takes(')')) {
      args.push(this.#binary(0, depth + 1))
      if (!this.#takes(',') && !isMark(this.#peek(), ')')) this.#damaged()
    }
    const [only] = args
    return (name === 'Integer' || name === 'Float') && only && args.length === 1
      ? only
      : { kind: 'call', name, args }
  }

  /** `Symbol('s0', integer=True)`, `Float('1.5', precision=53)`: what follows the name is an assumption or a precision. */
  #quoted(name: string, text: string): Expression {
    while (!this.#takes(')')) {
      if (this.#peek().kind === 'end') this.#damaged()
      this.#at++
    }
    if (name === 'Symbol') return { kind: 'symbol', name: text }
    const value = Number(text)
    return name === 'Float' && text !== '' && !Number.isNaN(value)
      ? { kind: 'number', value }
      : this.#damaged()
  }

  #damaged(): never {
    throw new ModelError('CORRUPT_FILE', {
      what: `The program has a size that is no expression: ${JSON.stringify(this.#text.slice(0, 80))}`,
      next: 'Export and save the model again',
    })
  }
}

const isMark = ({ kind, text }: Token, mark: string): boolean => kind === 'mark' && text === mark

const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['oo', Number.POSITIVE_INFINITY],
  ['int_oo', Number.POSITIVE_INFINITY],
  ['inf', Number.POSITIVE_INFINITY],
  ['true', 1],
  ['True', 1],
  ['false', 0],
  ['False', 0],
])

function named(name: string): Expression {
  const value = CONSTANTS.get(name)
  return value === undefined ? { kind: 'symbol', name } : { kind: 'number', value }
}
