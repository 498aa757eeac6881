import { ModelError } from '../../../errors/index.ts'
import type { Statement } from './ast.ts'
import { parseCompound } from './compound-statements.ts'
import type { Parser } from './parser.ts'
import { parseSimple } from './simple-statements.ts'
import type { Token } from './token.ts'

/** One logical line: a compound statement, or simple ones joined by `;`. */
export function parseLine(p: Parser, into: Statement[]): void {
  const compound = parseCompound(p)
  if (compound) into.push(compound)
  else parseSimpleLine(p, into)
}

function parseSimpleLine(p: Parser, into: Statement[]): void {
  refuseMatch(p)
  do into.push(parseSimple(p))
  while (p.accept(';') && p.peek().kind !== 'newline')
  if (!p.acceptKind('newline') && p.peek().kind !== 'end') {
    throw p.unexpected('The end of the statement was expected')
  }
}

/** `match value:`; as a name, `match` is followed by what a name is. */
function refuseMatch(p: Parser): void {
  const [first, second] = [p.peek(), p.peek(1)]
  if (first.kind !== 'name' || first.text !== 'match' || !opensSubject(second)) return
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: "The model's source uses a match statement, which this version does not know",
    where: { file: first.at.file, line: first.at.line },
    next: 'Write it with if and elif, or save the model with torch.jit.trace and convert that file',
  })
}

const opensSubject = ({ kind, text }: Token): boolean =>
  ['name', 'int', 'float', 'string', 'fstring'].includes(kind) ||
  (kind === 'keyword' && ['None', 'True', 'False', 'not', 'lambda'].includes(text))

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
