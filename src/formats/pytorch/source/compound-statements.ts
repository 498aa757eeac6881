import type {
  ClassStatement,
  ExceptHandler,
  Expression,
  FunctionStatement,
  Position,
  Statement,
} from './ast.ts'
import { parseTargetList } from './comprehensions.ts'
import { checkTarget } from './expressions.ts'
import type { Parser } from './parser.ts'
import { parseArguments } from './primaries.ts'

/** A statement that holds a block, or undefined when none begins here. */
export function parseCompound(p: Parser): Statement | undefined {
  const token = p.peek()
  if (token.text === '@' && token.kind === 'operator') return parseDecorated(p)
  if (token.kind !== 'keyword') return undefined
  const { at } = token
  switch (token.text) {
    case 'def':
    case 'class':
      return parseDefinition(p, [], at)
    case 'async':
      return parseAsync(p, [], at)
    case 'if':
      return parseIf(p, at)
    case 'for':
      return parseFor(p, at)
    case 'while':
      return parseWhile(p, at)
    case 'with':
      return parseWith(p, at)
    case 'try':
      return parseTry(p, at)
    default:
      return undefined
  }
}

function parseDecorated(p: Parser): Statement {
  const decorators: Expression[] = []
  while (p.accept('@')) {
    decorators.push(p.expression())
    p.expectKind('newline', 'The end of a decorator')
  }
  const { at } = p
  return p.sees('async') ? parseAsync(p, decorators, at) : parseDefinition(p, decorators, at)
}

function parseDefinition(p: Parser, decorators: readonly Expression[], at: Position): Statement {
  return p.sees('class') ? parseClass(p, decorators, at) : parseFunction(p, decorators, at, false)
}

/** `async def`, and the asynchronous `for` and `with`, which are read as the plain ones. */
function parseAsync(p: Parser, decorators: readonly Expression[], at: Position): Statement {
  p.next()
  if (p.sees('for')) return parseFor(p, at)
  if (p.sees('with')) return parseWith(p, at)
  return parseFunction(p, decorators, at, true)
}

function parseFunction(
  p: Parser,
  decorators: readonly Expression[],
  at: Position,
  isAsync: boolean,
): FunctionStatement {
  p.expect('def', 'here')
  const name = p.name('A function name')
  p.expect('(', 'after a function name')
  const parameters = p.parameters(')')
  p.expect(')', 'after the parameters')
  const returns = p.accept('->') ? p.expression() : undefined
  return { kind: 'Function', name, parameters, returns, body: p.block(), decorators, isAsync, at }
}

function parseClass(p: Parser, decorators: readonly Expression[], at: Position): ClassStatement {
  p.expect('class', 'here')
  const name = p.name('A class name')
  const bases = p.sees('(') ? parseArguments(p) : []
  return { kind: 'Class', name, bases, body: parseClassBody(p, name), decorators, at }
}

function parseClassBody(p: Parser, name: string): Statement[] {
  const { owner } = p
  if (p.dialect.privateNames) p.owner = name
  const body = p.block()
  p.owner = owner
  return body
}

function parseIf(p: Parser, at: Position): Statement {
  const branches: { test: Expression; body: Statement[] }[] = []
  do {
    p.next()
    branches.push({ test: p.expression(), body: p.block() })
  } while (p.sees('elif'))
  return { kind: 'If', branches, orElse: parseElse(p), at }
}

const parseElse = (p: Parser): Statement[] => (p.accept('else') ? p.block() : [])

function parseFor(p: Parser, at: Position): Statement {
  p.next()
  const target = parseTargetList(p, 'in')
  p.expect('in', 'in a for loop')
  const iterable = p.expressionList((q) => q.sees(':'))
  return { kind: 'For', target, iterable, body: p.block(), orElse: parseElse(p), at }
}

function parseWhile(p: Parser, at: Position): Statement {
  p.next()
  return { kind: 'While', test: p.expression(), body: p.block(), orElse: parseElse(p), at }
}

function parseWith(p: Parser, at: Position): Statement {
  p.next()
  const isBracketed = p.sees('(') && closesBeforeColon(p)
  if (isBracketed) p.next()
  const items: { context: Expression; target: Expression | undefined }[] = []
  do {
    if (isBracketed && p.sees(')')) break
    const context = p.expression()
    items.push({ context, target: p.accept('as') ? checkTarget(p.starred()) : undefined })
  } while (p.accept(','))
  if (isBracketed) p.expect(')', 'after the items of a with')
  return { kind: 'With', items, body: p.block(), at }
}

/** Whether the bracket opened here encloses all of a `with`'s items: its partner stands right before the colon. */
function closesBeforeColon(p: Parser): boolean {
  let depth = 0
  for (let ahead = 0; ; ahead++) {
    const { kind, text } = p.peek(ahead)
    if (kind === 'end' || kind === 'newline') return false
    if (kind !== 'operator') continue
    if ('([{'.includes(text)) depth++
    else if (')]}'.includes(text) && --depth === 0) return p.peek(ahead + 1).text === ':'
  }
}

function parseTry(p: Parser, at: Position): Statement {
  p.next()
  const body = p.block()
  const handlers: ExceptHandler[] = []
  while (p.sees('except')) handlers.push(parseHandler(p))
  const orElse = parseElse(p)
  const finalBody = p.accept('finally') ? p.block() : []
  if (handlers.length === 0 && finalBody.length === 0) throw p.unexpected('except or finally was expected')
  return { kind: 'Try', body, handlers, orElse, finalBody, at }
}

function parseHandler(p: Parser): ExceptHandler {
  const { at } = p.next()
  p.accept('*')
  const type = p.sees(':') ? undefined : p.expressionList((q) => q.sees('as') || q.sees(':'))
  const name = p.accept('as') ? p.name('A name') : undefined
  return { type, name, body: p.block(), at }
}
