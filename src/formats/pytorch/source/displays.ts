import type { DictEntry, Expression, Position } from './ast.ts'
import type { Parser } from './parser.ts'

/** `()`, `(a)`, `(a, b)`, `(a for b in c)`, `(yield)`. */
export function parseParentheses(p: Parser): Expression {
  const { at } = p.expect('(', 'here')
  if (p.accept(')')) return { kind: 'Tuple', items: [], at }
  const first = p.starred()
  if (startsComprehension(p)) {
    const clauses = p.comprehensionClauses()
    p.expect(')', 'after a generator')
    return { kind: 'Comprehension', form: 'generator', element: first, value: undefined, clauses, at }
  }
  if (p.accept(')')) return first
  const items = parseItems(p, first, ')')
  return { kind: 'Tuple', items, at }
}

/** `[a, b]` or `[a for b in c]`. */
export function parseBrackets(p: Parser): Expression {
  const { at } = p.expect('[', 'here')
  if (p.accept(']')) return { kind: 'List', items: [], at }
  const first = p.starred()
  if (startsComprehension(p)) {
    const clauses = p.comprehensionClauses()
    p.expect(']', 'after a comprehension')
    return { kind: 'Comprehension', form: 'list', element: first, value: undefined, clauses, at }
  }
  return { kind: 'List', items: parseItems(p, first, ']'), at }
}

/** `{}`, `{k: v, **d}`, `{a, b}` and both comprehensions. */
export function parseBraces(p: Parser): Expression {
  const { at } = p.expect('{', 'here')
  if (p.accept('}')) return { kind: 'Dict', entries: [], at }
  if (p.sees('**')) return parseDict(p, at)
  const mark = p.mark
  p.starred()
  const isDict = p.sees(':')
  p.rewind(mark)
  return isDict ? parseDict(p, at) : parseSet(p, at)
}

function parseDict(p: Parser, at: Position): Expression {
  const first = parseEntry(p)
  if (first.key && startsComprehension(p)) {
    const clauses = p.comprehensionClauses()
    p.expect('}', 'after a comprehension')
    return { kind: 'Comprehension', form: 'dict', element: first.key, value: first.value, clauses, at }
  }
  const entries = [first]
  while (p.accept(',')) {
    if (p.sees('}')) break
    entries.push(parseEntry(p))
  }
  p.expect('}', 'after the entries of a dict')
  return { kind: 'Dict', entries, at }
}

function parseEntry(p: Parser): DictEntry {
  if (p.accept('**')) return { key: undefined, value: p.operand() }
  const key = p.expression()
  p.expect(':', 'after the key of a dict')
  return { key, value: p.expression() }
}

function parseSet(p: Parser, at: Position): Expression {
  const first = p.starred()
  if (startsComprehension(p)) {
    const clauses = p.comprehensionClauses()
    p.expect('}', 'after a comprehension')
    return { kind: 'Comprehension', form: 'set', element: first, value: undefined, clauses, at }
  }
  return { kind: 'Set', items: parseItems(p, first, '}'), at }
}

function parseItems(p: Parser, first: Expression, end: string): Expression[] {
  const items = [first]
  while (p.accept(',')) {
    if (p.sees(end)) break
    items.push(p.starred())
  }
  p.expect(end, 'after the items')
  return items
}

const startsComprehension = (p: Parser): boolean =>
  p.sees('for') || (p.sees('async') && p.peek(1).text === 'for')
