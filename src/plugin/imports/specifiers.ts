import { type Token, tokensOf } from './tokens.ts'

/** A module as the source text names it. */
export interface Specifier {
  readonly text: string
  /** `import('…')`, in values and in types. */
  readonly isDynamic: boolean
  /** Offset in the source. */
  readonly at: number
}

/** What may stand between `import` or `export` and `from`, besides words and the names of string exports. */
const CLAUSE_SIGNS = new Set(['{', '}', ',', '*'])
const STATEMENT_ENDS = new Set([';', '}', '{'])

/** Every literal specifier of static imports, re-exports, and dynamic imports; of types as well as of values. */
export function* specifiersOf(source: string): Generator<Specifier> {
  let last: Token | undefined
  /** Between the `import` or `export` that begins a statement and its specifier. */
  let inClause = false
  /** What a dynamic import has so far. */
  let call: '' | 'import' | 'import(' = ''
  /** The string in its parentheses, which may be the beginning of an expression. */
  let argument: Specifier | undefined
  for (const token of tokensOf(source)) {
    if (argument && /^[),]$/.test(token.text)) yield argument
    argument = undefined
    const isKeyword = /^(?:import|export)$/.test(token.text) && last?.text !== '.'
    if (token.kind === 'string') {
      const isStatic: boolean = inClause && /^(?:from|import)$/.test(last?.text ?? '')
      const found = { text: cooked(token.text), at: token.at }
      if (isStatic) yield { ...found, isDynamic: false }
      if (call === 'import(') argument = { ...found, isDynamic: true }
      inClause &&= !isStatic
    } else if (isKeyword) {
      inClause = token.startsLine || last === undefined || STATEMENT_ENDS.has(last.text)
    } else {
      inClause &&= token.kind === 'word' || CLAUSE_SIGNS.has(token.text)
    }
    call =
      isKeyword && token.text === 'import'
        ? 'import'
        : call === 'import' && token.text === '('
          ? 'import('
          : ''
    last = token
  }
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
}

/** The value of a string literal. */
const cooked = (literal: string): string =>
  literal
    .slice(1, -1)
    .replaceAll(
      /\\(?:u\{([\da-f]{1,6})\}|u([\da-f]{4})|x([\da-f]{2})|(\r\n|[\s\S]))/gi,
      (_, braced: string | undefined, four: string | undefined, two: string | undefined, plain = '') => {
        const code = braced ?? four ?? two
        if (code !== undefined) return codePoint(Number.parseInt(code, 16))
        return /[\r\n]/.test(plain) ? '' : (SHORT_ESCAPES[plain] ?? plain)
      },
    )

const codePoint = (code: number): string => (code > 0x10ffff ? '' : String.fromCodePoint(code))
