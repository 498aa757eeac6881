/**
 * A tolerant scanner of JavaScript, TypeScript, JSX and JSON with comments: enough to tell code from comments, strings and
 * regular expressions. A lexer of modules (es-module-lexer) reads neither types nor JSX, a parser of the project's own is not
 * there to be counted on (TypeScript 7 has no API in JavaScript), and whatever a file holds, what follows must still be found: so a
 * quote or a comment that is not closed (an apostrophe in JSX text) counts as a sign, and strings end with their line.
 */
export interface Token {
  /** `string`: also a template without substitutions. */
  readonly kind: 'word' | 'string' | 'sign'
  /** As it is written, quotes included. */
  readonly text: string
  /** Offset of its first character. */
  readonly at: number
  /** Nothing but white space and comments stands before it on its line. */
  readonly startsLine: boolean
}

const BLANK = /\s+|\/\/.*|\/\*[\s\S]*?\*\//y
const STRING = /"[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*"|'[^'\\\n]*(?:\\[\s\S][^'\\\n]*)*'/y
const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy
const REGULAR_EXPRESSION = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y
/** From a backtick, or from the brace that closes a substitution, to the next of either kind. */
const TEMPLATE_PART = /[`}][^`\\$]*(?:(?:\\[\s\S]|\$(?!\{))[^`\\$]*)*(?:`|\$\{)/y

/** Words before an operand; after any other word or operand, `/` divides. */
const BEFORE_OPERAND = new Set(
  'await case delete do else in instanceof new of return throw typeof void yield'.split(' '),
)

export function* tokensOf(text: string): Generator<Token> {
  /** Open braces; true: of a substitution in a template. */
  const braces: boolean[] = []
  let before: Token | undefined
  let startsLine = true
  for (let at = 0; at < text.length; ) {
    const blank = match(BLANK, text, at)
    if (blank !== undefined) {
      startsLine ||= blank.includes('\n')
      at += blank.length
      continue
    }
    const [kind, found] = tokenAt(text, { at, before, inTemplate: braces.at(-1) === true })
    if (found.startsWith('}')) braces.pop()
    if (found.endsWith('{')) braces.push(found !== '{')
    before = { kind, text: found, at, startsLine }
    yield before
    startsLine = false
    at += found.length
  }
}

interface Place {
  readonly at: number
  readonly before: Token | undefined
  /** The innermost open brace is that of a substitution. */
  readonly inTemplate: boolean
}

function tokenAt(text: string, { at, before, inTemplate }: Place): readonly [Token['kind'], string] {
  const string = match(STRING, text, at)
  if (string !== undefined) return ['string', string]
  const word = match(WORD, text, at)
  if (word !== undefined) return ['word', word]
  const sign = text.charAt(at)
  if (sign === '`' || (sign === '}' && inTemplate)) {
    const part = match(TEMPLATE_PART, text, at)
    if (part !== undefined) return [part.startsWith('`') && part.endsWith('`') ? 'string' : 'sign', part]
  }
  const pattern = sign === '/' && mayBeginOperand(before) ? match(REGULAR_EXPRESSION, text, at) : undefined
  return ['sign', pattern ?? sign]
}

/** Not after `<`: there `/` is of a closing tag. */
function mayBeginOperand(before: Token | undefined): boolean {
  if (before === undefined) return true
  if (before.kind === 'word') return BEFORE_OPERAND.has(before.text)
  return before.kind === 'sign' && !/[)\]}<\d`]$/.test(before.text)
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
