import type { Argument, Expression } from './ast.ts'
import { parseBraces, parseBrackets, parseParentheses } from './displays.ts'
import { parseStrings } from './formatted-strings.ts'
import type { Parser } from './parser.ts'
import type { Token } from './token.ts'

/** An atom and what follows it: `.name`, `(args)`, `[index]`. */
export function parsePrimary(p: Parser): Expression {
  const { at } = p
  let expression = parseAtom(p)
  for (;;) {
    if (p.accept('.')) {
      const name = p.name('An attribute name')
      expression = { kind: 'Attribute', object: expression, name, at }
    } else if (p.sees('(')) {
      expression = { kind: 'Call', callee: expression, args: parseArguments(p), at }
    } else if (p.accept('[')) {
      expression = { kind: 'Subscript', object: expression, index: parseIndex(p), at }
    } else {
      return expression
    }
  }
}

function parseAtom(p: Parser): Expression {
  const token = p.peek()
  switch (token.kind) {
    case 'name':
      return nameOrInfinity(p, p.identifier(), token)
    case 'int':
      p.next()
      return { kind: 'Int', value: token.value, at: token.at }
    case 'float':
      p.next()
      return { kind: 'Float', value: token.value, at: token.at }
    case 'imaginary':
      p.next()
      return { kind: 'Imaginary', value: token.value, at: token.at }
    case 'string':
    case 'bytes':
    case 'fstring':
      return parseStrings(p)
    default:
      return parsePunctuated(p, token)
  }
}

function nameOrInfinity(p: Parser, id: string, { at }: Token): Expression {
  if (p.dialect.bareInfinities && id === 'inf') return { kind: 'Float', value: Number.POSITIVE_INFINITY, at }
  if (p.dialect.bareInfinities && id === 'nan') return { kind: 'Float', value: Number.NaN, at }
  return { kind: 'Name', id, at }
}

function parsePunctuated(p: Parser, { at, text }: Token): Expression {
  switch (text) {
    case 'None':
      p.next()
      return { kind: 'None', at }
    case 'True':
    case 'False':
      p.next()
      return { kind: 'Bool', value: text === 'True', at }
    case '...':
      p.next()
      return { kind: 'Ellipsis', at }
    case '(':
      return parseParentheses(p)
    case '[':
      return parseBrackets(p)
    case '{':
      return parseBraces(p)
    default:
      throw p.unexpected('An expression was expected')
  }
}

/** `(a, *b, name=c, **d)`; a lone generator needs no brackets of its own. */
export function parseArguments(p: Parser): Argument[] {
  p.expect('(', 'before the arguments')
  const args: Argument[] = []
  while (!p.sees(')')) {
    args.push(parseArgument(p))
    if (!p.accept(',')) break
  }
  p.expect(')', 'after the arguments')
  return args
}

function parseArgument(p: Parser): Argument {
  const { at } = p
  if (p.accept('**')) return { kind: 'DoubleStar', value: p.expression() }
  if (p.accept('*')) return { kind: 'Star', value: p.expression() }
  const following = p.peek(1)
  if (p.peek().kind === 'name' && following.kind === 'operator' && following.text === '=') {
    const name = p.name('An argument name')
    p.next()
    return { kind: 'Keyword', name, value: p.expression() }
  }
  const value = p.expression()
  if (!p.sees('for') && !p.sees('async')) return { kind: 'Positional', value }
  const clauses = p.comprehensionClauses()
  return {
    kind: 'Positional',
    value: { kind: 'Comprehension', form: 'generator', element: value, value: undefined, clauses, at },
  }
}

/** What stands between `[` and `]`: one index or slice, or a tuple of them. */
function parseIndex(p: Parser): Expression {
  const { at } = p
  const items: Expression[] = [parseSlice(p)]
  let isTuple = false
  while (p.accept(',')) {
    isTuple = true
    if (p.sees(']')) break
    items.push(parseSlice(p))
  }
  p.expect(']', 'after an index')
  const [first] = items
  return !isTuple && first ? first : { kind: 'Tuple', items, at }
}

function parseSlice(p: Parser): Expression {
  const { at } = p
  const lower = p.sees(':') ? undefined : p.starred()
  if (!p.accept(':')) return lower ?? p.expression()
  const upper = endsSlicePart(p) ? undefined : p.expression()
  const step = p.accept(':') && !endsSlicePart(p) ? p.expression() : undefined
  return { kind: 'Slice', lower, upper, step, at }
}

const endsSlicePart = (p: Parser): boolean => p.sees(':') || p.sees(',') || p.sees(']')
