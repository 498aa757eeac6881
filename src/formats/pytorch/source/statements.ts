import type { Statement } from './ast.ts'
import { parseCompound } from './compound-statements.ts'
import type { Parser } from './parser.ts'
import { parseSimple } from './simple-statements.ts'

/** One logical line: a compound statement, or simple ones joined by `;`. */
export function parseLine(p: Parser, into: Statement[]): void {
  const compound = parseCompound(p)
  if (compound) into.push(compound)
  else parseSimpleLine(p, into)
}

function parseSimpleLine(p: Parser, into: Statement[]): void {
  do into.push(parseSimple(p))
  while (p.accept(';') && p.peek().kind !== 'newline')
  if (!p.acceptKind('newline') && p.peek().kind !== 'end') {
    throw p.unexpected('The end of the statement was expected')
  }
}

/** What follows the `:` of a compound statement: an indented block, or statements on the same line. */
export function parseBlock(p: Parser): Statement[] {
  p.expect(':', 'before a block')
  const body: Statement[] = []
  if (!p.acceptKind('newline')) {
    parseSimpleLine(p, body)
    return body
  }
  p.expectKind('indent', 'An indented block')
  while (!p.acceptKind('dedent')) parseLine(p, body)
  return body
}
