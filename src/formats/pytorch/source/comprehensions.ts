import type { ComprehensionClause, Expression } from './ast.ts'
import { checkTarget } from './expressions.ts'
import type { Parser } from './parser.ts'
import { syntaxError } from './syntax-error.ts'

/** `for a, b in c if d for e in f`: the clauses after a comprehension's element. */
export function parseComprehensionClauses(p: Parser): ComprehensionClause[] {
  const clauses: ComprehensionClause[] = []
  while (p.sees('for') || p.sees('async')) {
    if (p.sees('async')) throw syntaxError(p.at, 'Asynchronous comprehensions are not read')
    p.next()
    const target = parseTargetList(p, 'in')
    p.expect('in', 'in a comprehension')
    clauses.push({ target, iterable: withoutConditional(p), conditions: parseConditions(p) })
  }
  return clauses
}

/** The targets of a `for`, up to its `in`. */
export function parseTargetList(p: Parser, end: string): Expression {
  const { at } = p
  const items: Expression[] = [parseTarget(p)]
  let isTuple = false
  while (p.accept(',')) {
    isTuple = true
    if (p.sees(end)) break
    items.push(parseTarget(p))
  }
  const [first] = items
  return checkTarget(!isTuple && first ? first : { kind: 'Tuple', items, at })
}

function parseTarget(p: Parser): Expression {
  const { at } = p
  return p.accept('*') ? { kind: 'Starred', value: p.operand(), at } : p.operand()
}

function parseConditions(p: Parser): Expression[] {
  const conditions: Expression[] = []
  while (p.accept('if')) conditions.push(withoutConditional(p))
  return conditions
}

/** Inside a comprehension a bare `if` begins a condition, never a conditional expression. */
function withoutConditional(p: Parser): Expression {
  return p.sees('lambda') ? p.expression() : p.disjunction()
}
