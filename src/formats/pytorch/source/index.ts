import type { SourceModule, Statement } from './ast.ts'
import type { Dialect } from './dialect.ts'
import { Parser } from './parser.ts'
import { parseLine } from './statements.ts'
import { tokenize } from './tokenizer.ts'

export type * from './ast.ts'
export { type Dialect, PYTHON, TORCHSCRIPT } from './dialect.ts'
export { ParsedSources } from './parsed-sources.ts'

/**
 * Python source as a syntax tree. Nothing is executed.
 *
 * @param file How the user knows the source: `model.py`, `net.pth!code/__torch__/net.py`. Positions name it.
 * @throws ModelError BAD_SOURCE with file and line.
 * @example parseSource('x = 1\n', 'model.py', PYTHON).body // [{ kind: 'Assign', … }]
 */
export function parseSource(text: string, file: string, dialect: Dialect): SourceModule {
  const parser = new Parser(tokenize(text, { file, line: 1, column: 1 }, dialect), dialect)
  const body: Statement[] = []
  while (parser.peek().kind !== 'end') parseLine(parser, body)
  return { file, body }
}
