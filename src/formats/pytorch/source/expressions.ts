import type { BinaryOperator, CompareOperator, Expression, Position, UnaryOperator } from './ast.ts'
import type { Parser } from './parser.ts'
import { parsePrimary } from './primaries.ts'
import { syntaxError } from './syntax-error.ts'

/** Python's grammar from `named_expression` down (https://docs.python.org/3/reference/grammar.html). */
export function parseExpression(p: Parser): Expression {
  if (p.sees('lambda')) return parseLambda(p)
  if (p.sees('yield')) return parseYield(p)
  const walrus = parseWalrus(p)
  if (walrus) return walrus
  const { at } = p
  const body = parseDisjunction(p)
  if (!p.accept('if')) return body
  const test = parseDisjunction(p)
  p.expect('else', 'in a conditional expression')
  return { kind: 'Conditional', test, body, orElse: p.expression(), at }
}

function parseWalrus(p: Parser): Expression | undefined {
  const following = p.peek(1)
  if (p.peek().kind !== 'name' || following.kind !== 'operator' || following.text !== ':=') return undefined
  const { at } = p
  const target = p.identifier()
  p.next()
  return { kind: 'NamedExpr', target, value: p.expression(), at }
}

function parseLambda(p: Parser): Expression {
  const { at } = p.next()
  const parameters = p.parameters(':')
  p.expect(':', 'after the parameters of a lambda')
  return { kind: 'Lambda', parameters, body: p.expression(), at }
}

function parseYield(p: Parser): Expression {
  const { at } = p.next()
  if (p.accept('from')) return { kind: 'Yield', value: p.expression(), isFrom: true, at }
  const isBare = p.peek().kind === 'newline' || p.sees(')') || p.sees('=')
  return {
    kind: 'Yield',
    value: isBare ? undefined : p.expressionList((q) => q.peek().kind === 'newline'),
    isFrom: false,
    at,
  }
}

/** `a or b and not c`: an expression without a conditional. */
export const parseDisjunction = (p: Parser): Expression => parseBoolean(p, 'or', parseAnd)
const parseAnd = (p: Parser): Expression => parseBoolean(p, 'and', parseNot)

function parseBoolean(p: Parser, operator: 'and' | 'or', parse: (p: Parser) => Expression): Expression {
  const { at } = p
  const first = parse(p)
  if (!p.sees(operator)) return first
  const operands = [first]
  while (p.accept(operator)) operands.push(parse(p))
  return { kind: 'BoolOp', operator, operands, at }
}

function parseNot(p: Parser): Expression {
  const { at } = p
  if (p.accept('not')) return { kind: 'Unary', operator: 'not', operand: p.nested(parseNot), at }
  return parseComparison(p)
}

function parseComparison(p: Parser): Expression {
  const { at } = p
  const left = parseOperand(p)
  const rest: { operator: CompareOperator; operand: Expression }[] = []
  for (let operator = compareOperator(p); operator; operator = compareOperator(p)) {
    rest.push({ operator, operand: parseOperand(p) })
  }
  return rest.length === 0 ? left : { kind: 'Compare', left, rest, at }
}

function compareOperator(p: Parser): CompareOperator | undefined {
  const token = p.peek()
  if (token.kind !== 'operator' && token.kind !== 'keyword') return undefined
  switch (token.text) {
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case 'in':
      p.next()
      return token.text
    case 'is':
      p.next()
      return p.accept('not') ? 'is not' : 'is'
    case 'not':
      if (p.peek(1).text !== 'in') return undefined
      p.next()
      p.next()
      return 'not in'
    default:
      return undefined
  }
}

/** Left-associative operators by how tightly they bind; `**` is apart, since it binds to the right. */
const PRECEDENCE: ReadonlyMap<string, { operator: BinaryOperator; level: number }> = new Map(
  (
    [
      ['|', 1],
      ['^', 2],
      ['&', 3],
      ['<<', 4],
      ['>>', 4],
      ['+', 5],
      ['-', 5],
      ['*', 6],
      ['/', 6],
      ['//', 6],
      ['%', 6],
      ['@', 6],
    ] as const
  ).map(([operator, level]) => [operator, { operator, level }]),
)

/** An expression of the `bitwise_or` level or tighter. */
export function parseOperand(p: Parser): Expression {
  return parseBinary(p, 1)
}

function parseBinary(p: Parser, level: number): Expression {
  let left = parseUnary(p)
  for (;;) {
    const token = p.peek()
    const found = token.kind === 'operator' ? PRECEDENCE.get(token.text) : undefined
    if (!found || found.level < level) return left
    p.next()
    const right = parseBinary(p, found.level + 1)
    left = { kind: 'Binary', operator: found.operator, left, right, at: left.at }
  }
}

const UNARY: ReadonlyMap<string, Exclude<UnaryOperator, 'not'>> = new Map([
  ['-', '-'],
  ['+', '+'],
  ['~', '~'],
])

function parseUnary(p: Parser): Expression {
  const token = p.peek()
  const operator = token.kind === 'operator' ? UNARY.get(token.text) : undefined
  if (!operator) return parsePower(p)
  p.next()
  return { kind: 'Unary', operator, operand: p.nested(parseUnary), at: token.at }
}

function parsePower(p: Parser): Expression {
  const { at } = p
  const base = parseAwait(p, at)
  if (!p.accept('**')) return base
  return { kind: 'Binary', operator: '**', left: base, right: p.nested(parseUnary), at }
}

function parseAwait(p: Parser, at: Position): Expression {
  return p.accept('await') ? { kind: 'Await', value: parsePrimary(p), at } : parsePrimary(p)
}

/** Checks that an expression can stand left of `=`, in `for`, `with … as` and `del`. */
export function checkTarget(target: Expression): Expression {
  switch (target.kind) {
    case 'Name':
    case 'Attribute':
    case 'Subscript':
      return target
    case 'Starred':
      checkTarget(target.value)
      return target
    case 'Tuple':
    case 'List':
      for (const item of target.items) checkTarget(item)
      return target
    default:
      throw syntaxError(target.at, 'This cannot be assigned to')
  }
}
