import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../../src/errors/index.ts'
import {
  type Dialect,
  type Expression,
  PYTHON,
  parseSource,
  TORCHSCRIPT,
} from '../../../../src/formats/pytorch/source/index.ts'
import { show } from './show.ts'

function expressionOf(text: string, dialect: Dialect): Expression {
  const [statement] = parseSource(text, 'model.py', dialect).body
  if (statement?.kind !== 'Expr') throw new Error(`${text} is not an expression`)
  return statement.value
}

describe('expressions of ordinary Python', () => {
  it.each([
    ['1 + 2 * 3 - 4', '((int 1 + (int 2 * int 3)) - int 4)'],
    ['-x ** -2', '(- (x ** (- int 2)))'],
    ['2 ** 3 ** 2', '(int 2 ** (int 3 ** int 2))'],
    ['a @ b // c', '((a @ b) // c)'],
    ['a | b & c << 1', '(a | (b & (c << int 1)))'],
    ['not a and b or c', '(((not a) and b) or c)'],
    ['not a in b', '(not (a in b))'],
    ['a not in b is not c', '(a not in b is not c)'],
    ['0 < x <= 3 == y', '(int 0 < x <= int 3 == y)'],
    ['a if b else c if d else e', '(a if b else (c if d else e))'],
    ['lambda: 1', 'lambda(: int 1)'],
    ['lambda x, *a, y=1, **k: x', 'lambda(positional x, star a, keywordOnly y = int 1, doubleStar k: x)'],
    ['f(a, *b, c=1, **d)', 'f(a, *b, c=int 1, **d)'],
    ['sum(x for x in y if x)', 'sum(generator[x for x in y if x])'],
    [
      '[i * 2 for i, (j, k) in z for m in n if a if b]',
      'list[(i * int 2) for tuple(i, tuple(j, k)) in z for m in n if a if b]',
    ],
    ['[x for x in (a if b else c)]', 'list[x for x in (a if b else c)]'],
    ['{k: v for k, v in d}', 'dict[k: v for tuple(k, v) in d]'],
    ['{*a, b}', 'set(*a, b)'],
    ['{**a, "b": 1,}', 'dict(**: a, "b": int 1)'],
    ['{}', 'dict()'],
    ['(a,)', 'tuple(a)'],
    ['()', 'tuple()'],
    ['(a)', 'a'],
    ['a, *b', 'tuple(a, *b)'],
    ['x[1:, ..., None, ::2]', 'x[tuple(slice(int 1||), Ellipsis, None, slice(||int 2))]'],
    ['x[:, 0]', 'x[tuple(slice(||), int 0)]'],
    ['x[a:b]', 'x[slice(a|b|)]'],
    ['x[0][1].y(z)', 'x[int 0][int 1].y(z)'],
    ['(n := len(a)) > 1', '((n := len(a)) > int 1)'],
    ['f(n := 1)', 'f((n := int 1))'],
    ['"a" \'b\'', '"ab"'],
    ['r"\\d" + "\\x41\\u00e9\\q\\\n"', '("\\\\d" + "Aé\\\\q")'],
    ['"""a\nb"""', '"a\\nb"'],
    ['b"\\x00"', 'b"\\u0000"'],
    ['0x_ff + 0b11 + 0o17 + 1_000', '(((int 255 + int 3) + int 15) + int 1000)'],
    ['1. + .5 + 1e-3 + 1E5', '(((float 1 + float 0.5) + float 0.001) + float 100000)'],
    ['2j', '2j'],
    ['9223372036854775807', 'int 9223372036854775807'],
    ['inf', 'inf'],
    ['x.if_ + match + type', '((x.if_ + match) + type)'],
    ['(1 +\n  2)', '(int 1 + int 2)'],
  ])('%s', (text, expected) => {
    expect(show(expressionOf(text, PYTHON))).toBe(expected)
  })

  it.each([
    ["f'a{b}c'", 'f("a" {b} "c")'],
    ["f'{{}}{x!r:>{w}}'", 'f("{}" {x!r:">" {w}})'],
    ["f'{x=}'", 'f({x=x})'],
    ["f'{a[\"k\"]}' 'tail'", 'f({a["k"]} "tail")'],
    ["f'{x != y}'", 'f({(x != y)})'],
    ["f'{x:.2f}%'", 'f({x:".2f"} "%")'],
    ["f'{(lambda: 1)()}'", 'f({lambda(: int 1)()})'],
    ["rf'\\d{x}'", 'f("\\\\d" {x})'],
  ])('formatted string %s', (text, expected) => {
    expect(show(expressionOf(text, PYTHON))).toBe(expected)
  })
})

describe('expressions of serialised TorchScript', () => {
  it.each([
    ['inf', 'float Infinity'],
    ['-inf', '(- float Infinity)'],
    ['nan', 'float NaN'],
    ['1.', 'float 1'],
    ['1.j', '1j'],
    ['"\\303\\251\\n"', '"é\\n"'],
    ['"\\377"', '"ÿ"'],
    ['annotate(List[Tensor], [])', 'annotate(List[Tensor], list())'],
    ['CONSTANTS.c0', 'CONSTANTS.c0'],
    ['__torch__.a.___torch_mangle_1.C', '__torch__.a.___torch_mangle_1.C'],
    ['(self).forward(x, )', 'self.forward(x)'],
    ['ops.prim.NumToTensor(torch.size(x, 0))', 'ops.prim.NumToTensor(torch.size(x, int 0))'],
    ['getattr(self, "0")', 'getattr(self, "0")'],
  ])('%s', (text, expected) => {
    expect(show(expressionOf(text, TORCHSCRIPT))).toBe(expected)
  })

  it('keeps an integer that a double would round as a bigint', () => {
    expect(expressionOf('9223372036854775807', TORCHSCRIPT)).toMatchObject({ value: 9223372036854775807n })
    expect(expressionOf('9007199254740991', TORCHSCRIPT)).toMatchObject({ value: 9007199254740991 })
  })
})

describe('source that is refused', () => {
  it.each([
    ['x = (1,\n', 2, '( is never closed'],
    ['x = 1)\n', 1, 'Unmatched )'],
    ['x = [1)\n', 1, ') closes ['],
    ['a\nx = "abc\n', 2, 'A string that does not end'],
    ['def f(x, x):\n  pass\n', 1, 'The parameter x is named twice'],
    ['if a:\n  b\n c\n', 3, 'Indentation that fits no outer block'],
    ['if a:\nb\n', 2, 'An indented block was expected'],
    ['f() = 1\n', 1, 'This cannot be assigned to'],
    ['a b\n', 1, 'The end of the statement was expected, and "b" stands there'],
    ['x = 1 +\n', 1, 'An expression was expected, and the end of the line stands there'],
    ['x = $\n', 1, 'Unexpected character "$"'],
    ["f'{x'\n", 1, 'A string that does not end'],
    ["f'}'\n", 1, 'A single } in an f-string'],
    ['try:\n  a\nb\n', 3, 'except or finally was expected'],
    [`${'('.repeat(300)}\n`, 1, 'More than 200 nested brackets'],
    [`x = ${'-'.repeat(100_000)}1\n`, 1, 'Source nested more than 200 levels deep'],
    [`x = ${'not '.repeat(100_000)}1\n`, 1, 'Source nested more than 200 levels deep'],
  ])('%j', (text, line, what) => {
    const error = errorOf(() => parseSource(text, 'model.py', PYTHON))
    expect(error.code).toBe('BAD_SOURCE')
    expect(error.details.what).toContain(what)
    expect(error.details.where).toMatchObject({ file: 'model.py', line })
  })
})

function errorOf(run: () => unknown): ModelError {
  try {
    run()
  } catch (error) {
    if (error instanceof ModelError) return error
    throw error
  }
  throw new Error('Nothing was thrown')
}
