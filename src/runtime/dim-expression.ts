/**
 * Evaluates the printed form of a dim or of a guard (`2*N`, `floor((H + 1)/32) - 1 == 7`, `max(N, 1) >= 2`) with the
 * sizes of one call: all that `dimExpression` prints (`src/graph/dims/print.ts`), and Python's own spellings. Data in, number
 * out: no code is generated or run. A comparison gives 1 or 0.
 */
export type DimValues = ReadonlyMap<string, number>

type Binary = (a: number, b: number) => number

const flag = (holds: boolean) => (holds ? 1 : 0)

/** Loosest first. `/` and `//` both floor, as Python's `//` does; dims are whole numbers. */
const LEVELS: readonly Readonly<Record<string, Binary>>[] = [
  { or: (a, b) => flag(a !== 0 || b !== 0) },
  { and: (a, b) => flag(a !== 0 && b !== 0) },
  {
    '==': (a, b) => flag(a === b),
    '!=': (a, b) => flag(a !== b),
    '<=': (a, b) => flag(a <= b),
    '>=': (a, b) => flag(a >= b),
    '<': (a, b) => flag(a < b),
    '>': (a, b) => flag(a > b),
  },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  {
    '*': (a, b) => a * b,
    '//': (a, b) => Math.floor(a / b),
    '/': (a, b) => Math.floor(a / b),
    '%': (a, b) => a - b * Math.floor(a / b),
  },
]

const CALLS = new Map<string, (...values: number[]) => number>([
  ['max', Math.max],
  ['min', Math.min],
  ['floor', (a = Number.NaN) => Math.floor(a)],
  ['ceil', (a = Number.NaN) => Math.ceil(a)],
  ['ceildiv', (a = Number.NaN, b = 1) => Math.ceil(a / b)],
  ['abs', (a = Number.NaN) => Math.abs(a)],
])

const TOKEN = /\s*(\d+|[A-Za-z_][\w.]*|\/\/|[=!<>]=|[-+*/%<>(),])/y

/** The value; undefined where a name has no value in this call, or the text is not such an expression. */
export function evaluateDim(text: string, dims: DimValues): number | undefined {
  const tokens = tokenize(text)
  if (tokens === undefined) return undefined
  const cursor = { tokens, at: 0, dims }
  const value = binary(cursor, 0)
  // `+ 0` turns -0 into 0.
  return cursor.at === tokens.length && Number.isFinite(value) ? value + 0 : undefined
}

interface Cursor {
  readonly tokens: readonly string[]
  readonly dims: DimValues
  at: number
}

function tokenize(text: string): string[] | undefined {
  const tokens: string[] = []
  const pattern = new RegExp(TOKEN)
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const token = pattern.exec(text)?.[1]
    if (token === undefined) return undefined
    tokens.push(token)
  }
  return tokens
}

/** NaN stands for "not known" and spreads through the arithmetic. */
function binary(cursor: Cursor, level: number): number {
  const operators = LEVELS[level]
  if (operators === undefined) return operand(cursor)
  let left = binary(cursor, level + 1)
  for (;;) {
    const token = cursor.tokens[cursor.at]
    const operator = token !== undefined && Object.hasOwn(operators, token) ? operators[token] : undefined
    if (operator === undefined) return left
    cursor.at++
    const right = binary(cursor, level + 1)
    left = Number.isNaN(left) || Number.isNaN(right) ? Number.NaN : operator(left, right)
  }
}

function operand(cursor: Cursor): number {
  const token = cursor.tokens[cursor.at++]
  if (token === undefined) return Number.NaN
  if (token === '-') return -operand(cursor)
  if (token === '(') return closing(cursor, binary(cursor, 0))
  if (/^\d/.test(token)) return Number(token)
  const call = CALLS.get(token)
  if (call && cursor.tokens[cursor.at] === '(') return call(...argumentsOf(cursor))
  return cursor.dims.get(token) ?? Number.NaN
}

function argumentsOf(cursor: Cursor): number[] {
  const values: number[] = []
  do {
    cursor.at++
    values.push(binary(cursor, 0))
  } while (cursor.tokens[cursor.at] === ',')
  closing(cursor, 0)
  return values
}

function closing(cursor: Cursor, value: number): number {
  return cursor.tokens[cursor.at++] === ')' ? value : Number.NaN
}
