import type { Position } from './ast.ts'

export type Token =
  | {
      readonly kind: 'name' | 'keyword' | 'operator' | 'newline' | 'indent' | 'dedent' | 'end'
      readonly text: string
      readonly at: Position
    }
  | { readonly kind: 'int'; readonly text: string; readonly value: number | bigint; readonly at: Position }
  | {
      readonly kind: 'float' | 'imaginary'
      readonly text: string
      readonly value: number
      readonly at: Position
    }
  | {
      readonly kind: 'string' | 'bytes'
      readonly text: string
      readonly value: string
      readonly at: Position
    }
  /** `body` is what stands between the quotes, undecoded; `bodyAt` is where it begins. */
  | {
      readonly kind: 'fstring'
      readonly text: string
      readonly body: string
      readonly raw: boolean
      readonly at: Position
      readonly bodyAt: Position
    }

/** Reserved words. `match`, `case`, `type` and `_` are names wherever a name can stand. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ...['False', 'None', 'True', 'and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue', 'def'],
  ...['del', 'elif', 'else', 'except', 'finally', 'for', 'from', 'global', 'if', 'import', 'in', 'is'],
  ...['lambda', 'nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield'],
])
