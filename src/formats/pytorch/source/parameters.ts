import type { Expression, Parameter } from './ast.ts'
import type { Parser } from './parser.ts'
import { syntaxError } from './syntax-error.ts'

/** Parameters of a `def` (up to `)`) or of a lambda (up to `:`, and without annotations). */
export function parseParameters(p: Parser, end: string): Parameter[] {
  const parameters: Parameter[] = []
  let kind: 'positional' | 'keywordOnly' = 'positional'
  while (!p.sees(end)) {
    const { at } = p
    if (p.accept('/')) {
      markPositionalOnly(parameters)
    } else if (p.accept('**')) {
      parameters.push({ ...parseNamed(p, end), kind: 'doubleStar', defaultValue: undefined, at })
    } else if (p.accept('*')) {
      kind = 'keywordOnly'
      if (!p.sees(',')) parameters.push({ ...parseNamed(p, end), kind: 'star', defaultValue: undefined, at })
    } else {
      parameters.push({ ...parseNamed(p, end), kind, defaultValue: parseDefault(p), at })
    }
    if (!p.accept(',')) break
  }
  checkDistinct(parameters)
  return parameters
}

function parseNamed(p: Parser, end: string): { name: string; annotation: Expression | undefined } {
  const name = p.name('A parameter name')
  const annotation = end === ')' && p.accept(':') ? p.starred() : undefined
  return { name, annotation }
}

function parseDefault(p: Parser): Expression | undefined {
  return p.accept('=') ? p.expression() : undefined
}

function markPositionalOnly(parameters: Parameter[]): void {
  for (const [index, parameter] of parameters.entries()) {
    parameters[index] = { ...parameter, kind: 'positionalOnly' }
  }
}

function checkDistinct(parameters: readonly Parameter[]): void {
  const names = new Set<string>()
  for (const { name, at } of parameters) {
    if (names.has(name)) throw syntaxError(at, `The parameter ${name} is named twice`)
    names.add(name)
  }
}
