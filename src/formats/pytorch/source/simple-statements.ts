import type { BinaryOperator, Expression, ImportName, Position, Statement } from './ast.ts'
import { checkTarget } from './expressions.ts'
import type { Parser } from './parser.ts'

type Rule = (p: Parser, at: Position) => Statement

/** Statements that begin with a keyword. */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['pass', (_, at) => ({ kind: 'Pass', at })],
  ['break', (_, at) => ({ kind: 'Break', at })],
  ['continue', (_, at) => ({ kind: 'Continue', at })],
  ['return', (p, at) => ({ kind: 'Return', value: endsLine(p) ? undefined : list(p), at })],
  ['raise', parseRaise],
  ['assert', parseAssert],
  ['import', (p, at) => ({ kind: 'Import', names: parseNames(p, dottedName), at })],
  ['from', parseImportFrom],
  ['global', (p, at) => ({ kind: 'Global', names: plainNames(p), at })],
  ['nonlocal', (p, at) => ({ kind: 'Nonlocal', names: plainNames(p), at })],
  ['del', parseDelete],
])

export function parseSimple(p: Parser): Statement {
  const token = p.peek()
  const rule = token.kind === 'keyword' ? RULES.get(token.text) : undefined
  if (!rule) return parseExpressionStatement(p)
  p.next()
  return rule(p, token.at)
}

const endsLine = (p: Parser): boolean => p.peek().kind === 'newline' || p.peek().kind === 'end' || p.sees(';')
const endsList = (p: Parser): boolean => endsLine(p) || p.sees('=')
const list = (p: Parser): Expression => p.expressionList(endsList)

const AUGMENTED: ReadonlyMap<string, BinaryOperator> = new Map(
  (['+', '-', '*', '/', '//', '%', '**', '@', '<<', '>>', '&', '|', '^'] as const).map((operator) => [
    `${operator}=`,
    operator,
  ]),
)

/** A bare expression, or one of the three assignments. */
function parseExpressionStatement(p: Parser): Statement {
  const { at } = p
  const first = list(p)
  if (p.accept(':')) return parseAnnotated(p, first, at)
  const token = p.peek()
  const operator = token.kind === 'operator' ? AUGMENTED.get(token.text) : undefined
  if (operator) {
    p.next()
    return { kind: 'AugAssign', target: checkTarget(first), operator, value: list(p), at }
  }
  if (!p.sees('=')) return { kind: 'Expr', value: first, at }
  const values = [first]
  while (p.accept('=')) values.push(list(p))
  const targets = values.slice(0, -1).map(checkTarget)
  return { kind: 'Assign', targets, value: values.at(-1) ?? first, at }
}

function parseAnnotated(p: Parser, target: Expression, at: Position): Statement {
  const annotation = p.expression()
  const value = p.accept('=') ? list(p) : undefined
  return { kind: 'AnnAssign', target: checkTarget(target), annotation, value, at }
}

function parseRaise(p: Parser, at: Position): Statement {
  const error = endsLine(p) ? undefined : p.expression()
  const cause = p.accept('from') ? p.expression() : undefined
  return { kind: 'Raise', error, cause, at }
}

function parseAssert(p: Parser, at: Position): Statement {
  const test = p.expression()
  return { kind: 'Assert', test, message: p.accept(',') ? p.expression() : undefined, at }
}

function parseDelete(p: Parser, at: Position): Statement {
  const target = checkTarget(list(p))
  return { kind: 'Delete', targets: target.kind === 'Tuple' ? target.items : [target], at }
}

function parseImportFrom(p: Parser, at: Position): Statement {
  let level = 0
  while (p.sees('.') || p.sees('...')) level += p.next().text.length
  const module = p.sees('import') ? '' : dottedName(p)
  p.expect('import', 'in a from import')
  if (p.accept('*'))
    return { kind: 'ImportFrom', module, level, names: [{ name: '*', alias: undefined }], at }
  const isBracketed = p.accept('(')
  const names = parseNames(p, (q) => q.name('An imported name'), isBracketed ? ')' : undefined)
  if (isBracketed) p.expect(')', 'after imported names')
  return { kind: 'ImportFrom', module, level, names, at }
}

function parseNames(p: Parser, parse: (p: Parser) => string, end?: string): ImportName[] {
  const names: ImportName[] = []
  do {
    if (end !== undefined && p.sees(end)) break
    const name = parse(p)
    names.push({ name, alias: p.accept('as') ? p.name('A name') : undefined })
  } while (p.accept(','))
  return names
}

function dottedName(p: Parser): string {
  let name = p.name('A module name')
  while (p.accept('.')) name += `.${p.name('A module name')}`
  return name
}

function plainNames(p: Parser): string[] {
  const names = [p.name('A name')]
  while (p.accept(',')) names.push(p.name('A name'))
  return names
}
