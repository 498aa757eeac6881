import type { ComprehensionClause, Expression, Parameter, Position, Statement } from './ast.ts'
import { parseComprehensionClauses } from './comprehensions.ts'
import { Cursor } from './cursor.ts'
import type { Dialect } from './dialect.ts'
import { parseDisjunction, parseExpression, parseOperand } from './expressions.ts'
import { parseParameters } from './parameters.ts'
import { parseBlock } from './statements.ts'
import { syntaxError } from './syntax-error.ts'
import type { Token } from './token.ts'
import { tokenize } from './tokenizer.ts'

/** Nested expressions and blocks; deeper source is refused before the host's stack runs out. */
const MAX_DEPTH = 200

/**
 * What the grammar's files need of each other. Each file parses one part of the grammar and reaches the others through
 * this class, so that no file imports another in a circle.
 */
export class Parser extends Cursor {
  readonly dialect: Dialect
  #depth: number

  constructor(tokens: readonly Token[], dialect: Dialect, depth = 0) {
    super(tokens)
    this.dialect = dialect
    this.#depth = depth
  }

  /** One expression without a bare tuple: `a if b else c`, `lambda`, `x := y`. */
  expression(): Expression {
    return this.nested(parseExpression)
  }

  /** An expression of the comparison level or tighter, as `for … in` and `*` take it. */
  operand(): Expression {
    return this.nested(parseOperand)
  }

  /** An expression without a conditional, as a comprehension's clauses take it. */
  disjunction(): Expression {
    return this.nested(parseDisjunction)
  }

  /** The expression in a field of an f-string, whose source begins at `at`. */
  field(source: string, at: Position): Expression {
    const tokens = tokenize(source, at, this.dialect, true)
    const parser = new Parser(tokens, this.dialect, this.#depth + 1)
    parser.owner = this.owner
    const value = parser.expressionList((inner) => inner.peek().kind === 'end')
    parser.expectKind('end', 'The end of a field')
    return value
  }

  /** `for x in y if z …`, all clauses. */
  comprehensionClauses(): ComprehensionClause[] {
    return parseComprehensionClauses(this)
  }

  parameters(end: string): Parameter[] {
    return parseParameters(this, end)
  }

  block(): Statement[] {
    return this.nested(parseBlock)
  }

  /** Expressions joined by commas: a tuple when there is a comma, else the expression. `a, *b` allowed. */
  expressionList(stops: (parser: Parser) => boolean): Expression {
    const { at } = this
    const first = this.starred()
    if (!this.sees(',')) return first
    const items = [first]
    while (this.accept(',')) {
      if (stops(this)) break
      items.push(this.starred())
    }
    return { kind: 'Tuple', items, at }
  }

  /** An expression, or `*operand`. */
  starred(): Expression {
    const { at } = this
    return this.accept('*') ? { kind: 'Starred', value: this.operand(), at } : this.expression()
  }

  nested<T>(parse: (parser: Parser) => T): T {
    if (this.#depth >= MAX_DEPTH)
      throw syntaxError(this.at, `Source nested more than ${MAX_DEPTH} levels deep`)
    this.#depth++
    const result = parse(this)
    this.#depth--
    return result
  }
}
