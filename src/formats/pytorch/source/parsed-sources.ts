import type { SourceModule } from './ast.ts'
import type { Dialect } from './dialect.ts'

type Parse = (text: string, file: string, dialect: Dialect) => SourceModule

/** Syntax trees of files that are evaluated more than once, as when input sizes are tried out. */
export class ParsedSources {
  readonly #parse: Parse
  readonly #trees = new Map<string, SourceModule>()

  constructor(parse: Parse) {
    this.#parse = parse
  }

  /** @throws ModelError BAD_SOURCE */
  tree(text: string, file: string, dialect: Dialect): SourceModule {
    const known = this.#trees.get(file)
    if (known) return known
    const tree = this.#parse(text, file, dialect)
    this.#trees.set(file, tree)
    return tree
  }
}
