import { describe, expect, it } from 'vitest'
import { runPython } from './run-python.ts'

const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`

// What Python 3.12 answers to the same lines.
describe('eval', () => {
  it.each<[string, string, string]>([
    [
      'looks a dotted name up',
      lines(
        'import torch.nn as nn, math',
        'width = 3',
        'def f(a): return eval("a"), eval(" width "), eval("math.pi") > 3, eval("nn.ReLU") is nn.ReLU, eval("len") is len',
        'result = f(2), [eval(m)() for m in ["list", "dict"]]',
      ),
      '((2, 3, True, True, True), [[], {}])',
    ],
    [
      'gives a literal',
      lines(
        `result = [eval(t) for t in ["None", "-1", "1.5", "'a'", "[1, (2, {'k': True})]", "1, 2", "{1}"]]`,
      ),
      "[None, -1, 1.5, 'a', [1, (2, {'k': True})], (1, 2), {1}]",
    ],
    [
      'raises NameError, AttributeError and TypeError',
      lines(
        'import math, contextlib',
        'seen = []',
        'for text in "nearest", "math.nothing", 3, "F":',
        '    try: eval(text)',
        '    except Exception as e: seen.append(type(e).__name__)',
        'args = ["nearest", "math"]',
        'for j, a in enumerate(args):',
        '    with contextlib.suppress(NameError): args[j] = eval(a) is math',
        'result = seen, args',
      ),
      "(['NameError', 'AttributeError', 'TypeError', 'NameError'], ['nearest', True])",
    ],
    [
      'sees what a global statement names',
      lines('x = 1', 'def f():', '    global x', '    x = 2', '    return eval("x")', 'result = f(), x'),
      '(2, 2)',
    ],
    [
      'may be a name of the source itself',
      lines('def eval(text, times): return text * times', 'result = eval("a.b", 2)'),
      "'a.ba.b'",
    ],
  ])('%s', (_, text, repr) => {
    expect(runPython(text)).toBe(repr)
  })

  it.each([
    ['eval("1 + 1")', "eval of '1 + 1'"],
    ['eval("print(1)")', "eval of 'print(1)'"],
    ['eval("x = 1")', "eval of 'x = 1'"],
    ['eval("a b")', "eval of 'a b'"],
    ['eval("1; 2")', "eval of '1; 2'"],
    ['eval("[print]")', "eval of '[print]'"],
    ['eval("f\'{1}\'")', 'eval of "f\'{1}\'"'],
    ['eval("")', "eval of ''"],
    ['eval("x", {"x": 1})', 'eval with arguments besides the text'],
    ['(lambda a: (lambda: eval("a"))())(1)', 'a belongs to an enclosing function'],
    ['(lambda f: f("1"))(eval)', 'evaluates text as code (eval)'],
    ['exec("1")', 'runs text as code (exec)'],
  ])('%s is refused by name', (expression, what) => {
    expect(() => runPython(`try: result = ${expression}\nexcept Exception: result = 0\n`)).toThrow(what)
  })
})
