import { describe, expect, it } from 'vitest'
import { runPython } from './run-python.ts'

const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`

describe('expressions compute as in Python', () => {
  it.each([
    ['7 // 2, -7 // 2, 7 % -3, -7 % 3, 7 / 2', '(3, -4, -2, 2, 3.5)'],
    ['2 ** 10, 2 ** -1, 2.0 ** 3', '(1024, 0.5, 8.0)'],
    ['1.0 % 0.1, 1.0 // 0.1, -7.5 % 2, -7.5 // 2, 7 // -2.0', '(0.09999999999999995, 9.0, 0.5, -4.0, -4.0)'],
    ['round(2.5, 0), round(0.125, 2), round(1.005, 2), round(1234.567, -2)', '(2.0, 0.12, 1.0, 1200.0)'],
    ['round(1250, -2), round(7, 1)', '(1200, 7)'],
    ['1 + True, 1.0 + 1, not 0, 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 4', '(2, 2.0, True, 1, 7, 6, -6, 16)'],
    ['round(2.5), round(3.5), round(-0.5), round(2.675, 1), abs(-3)', '(2, 4, 0, 2.7, 3)'],
    ['int(3.9), int(-3.9), int("12"), float("1e-3"), bool([]), str(1.5)', "(3, -3, 12, 0.001, False, '1.5')"],
    ['1 < 2 < 3, 1 < 3 < 2, 1 == 1.0, "a" < "b", [1, 2] < [1, 3]', '(True, False, True, True, True)'],
    ['0 or [] or "x", 1 and 2, None or 0', "('x', 2, 0)"],
    ['[i * j for i in range(3) for j in range(2) if i != j]', '[0, 0, 0, 2]'],
    ['{k: v for k, v in zip("ab", (1, 2))}, {1, 1, 2}', "({'a': 1, 'b': 2}, {1, 2})"],
    ['sum(range(5)), max(1, 5, 3), min([4, 2]), max([], default=7)', '(10, 5, 2, 7)'],
    [
      '[1, 2, 3][::-1], (1, 2, 3)[1:], "hello"[-3:], [0, 1, 2, 3][1::2]',
      "([3, 2, 1], (2, 3), 'llo', [1, 3])",
    ],
    ['[*range(2), 5], {**{"a": 1}, "b": 2}, (*"xy",)', "([0, 1, 5], {'a': 1, 'b': 2}, ('x', 'y'))"],
    [
      'sorted([3, 1, 2], reverse=True), sorted("bca", key=lambda c: -ord(c)) if False else 0',
      '([3, 2, 1], 0)',
    ],
    [
      '"a,b".split(","), "-".join(["x", "y"]), "Net".lower(), " x ".strip()',
      "(['a', 'b'], 'x-y', 'net', 'x')",
    ],
    [
      'f"{3:02d} {1.5:.2f} {\'x\'!r} {[1]}", "{} {1} {a}".format(0, 2, a=3) if False else "%d of %s" % (1, "b")',
      `("03 1.50 'x' [1]", '1 of b')`,
    ],
    ['1e-05, 1e16, 0.1, float("inf"), -0.0, 100.0', '(1e-05, 1e+16, 0.1, inf, -0.0, 100.0)'],
    [
      'list(enumerate("ab", 1)), list(map(lambda x: x + 1, [1])), list(filter(None, [0, 2]))',
      "([(1, 'a'), (2, 'b')], [2], [2])",
    ],
    [
      'isinstance(1, int), isinstance(1.0, (int, float)), isinstance("x", str), isinstance(True, int)',
      '(True, True, True, True)',
    ],
    ['{"a": 1}.get("b", 2), {"a": 1} == {"a": 1}, 1 in {1: 2}, "a" not in "abc"', '(2, True, True, False)'],
    ['any(x > 1 for x in [1, 2]), all([]), divmod(7, 3), 3 if [] else 4', '(True, True, (2, 1), 4)'],
  ])('%s', (expression, expected) => {
    expect(runPython(`result = ${expression}\n`)).toBe(expected)
  })
})

describe('programs', () => {
  it.each<[string, string, string]>([
    [
      'a loop with break, continue and else',
      lines(
        'result = []',
        'for i in range(5):',
        '    if i == 1: continue',
        '    if i == 3: break',
        '    result.append(i)',
        'else:',
        '    result.append("else")',
      ),
      '[0, 2]',
    ],
    ['while with else', lines('n = 3', 'while n:', '    n -= 1', 'else:', '    result = n'), '0'],
    [
      'defaults, star arguments and keywords',
      lines(
        'def f(a, b=2, *args, c=3, **rest):',
        '    return a, b, args, c, rest',
        'result = f(1), f(1, 4, 5, 6, c=7, d=8), f(*[1], **{"b": 9})',
      ),
      "((1, 2, (), 3, {}), (1, 4, (5, 6), 7, {'d': 8}), (1, 9, (), 3, {}))",
    ],
    [
      'closures and nonlocal',
      lines(
        'def counter():',
        '    n = 0',
        '    def add():',
        '        nonlocal n',
        '        n += 1',
        '        return n',
        '    return add',
        'f = counter()',
        'f()',
        'result = f()',
      ),
      '2',
    ],
    ['late binding of globals', lines('def f(): return g()', 'def g(): return 5', 'result = f()'), '5'],
    [
      'unpacking with a star',
      lines('a, (b, *c), *d = 1, (2, 3, 4), 5, 6', 'result = a, b, c, d'),
      '(1, 2, [3, 4], [5, 6])',
    ],
    ['lists are shared', lines('a = [1]', 'b = a', 'b += [2]', 'a.append(3)', 'result = b'), '[1, 2, 3]'],
    [
      'inheritance, super and properties',
      lines(
        'class A:',
        '    def __init__(self, x): self.x = x',
        '    @property',
        '    def double(self): return 2 * self.x',
        'class B(A):',
        '    def __init__(self): super().__init__(4)',
        '    def __len__(self): return 3',
        '    def __getitem__(self, i): return [0, self.x, 8][i]',
        'b = B()',
        'result = b.double, len(b), b[2], [x for x in b]',
      ),
      '(8, 3, 8, [0, 4, 8])',
    ],
    [
      'a diamond is resolved as Python resolves it',
      lines(
        'class A:',
        '    def f(self): return ["A"]',
        'class B(A):',
        '    def f(self): return ["B"] + super().f()',
        'class C(A):',
        '    def f(self): return ["C"] + super().f()',
        'class D(B, C): pass',
        'result = D().f()',
      ),
      "['B', 'C', 'A']",
    ],
    [
      'class and static methods, class attributes',
      lines(
        'class A:',
        '    n = 2',
        '    @staticmethod',
        '    def s(x): return x + 1',
        '    @classmethod',
        '    def make(cls, x): return cls.n * x',
        'result = A.s(1), A.make(3), A().make(4)',
      ),
      '(2, 6, 8)',
    ],
    [
      'exceptions are caught by class',
      lines(
        'def f(kind):',
        '    try:',
        '        raise kind("bad")',
        '    except (KeyError, ValueError) as e:',
        '        return "caught " + str(e)',
        '    finally:',
        '        done.append(1)',
        'done = []',
        'result = f(ValueError), f(KeyError), done',
      ),
      "('caught bad', \"caught 'bad'\", [1, 1])",
    ],
    [
      'an import that is not there takes its way out',
      lines(
        'try:',
        '    import flash_attn',
        '    has = True',
        'except ImportError:',
        '    has = False',
        'result = has',
      ),
      'False',
    ],
    [
      'generators run to their end',
      lines('def g(n):', '    for i in range(n):', '        yield i * i', 'result = list(g(4)), sum(g(3))'),
      '([0, 1, 4, 9], 5)',
    ],
    [
      'NamedTuple',
      lines(
        'from typing import NamedTuple',
        'class P(NamedTuple):',
        '    x: int',
        '    y: int = 2',
        'p = P(1)',
        'a, b = p',
        'result = p.y, p[0], a + b, p',
      ),
      '(2, 1, 3, P(x=1, y=2))',
    ],
    [
      'dataclass',
      lines(
        'from dataclasses import dataclass, field',
        '@dataclass',
        'class C:',
        '    depth: int',
        '    width: int = 8',
        '    parts: list = field(default_factory=list)',
        'c = C(2)',
        'c.parts.append(1)',
        'result = c.depth, c.width, c.parts, C(3).parts',
      ),
      '(2, 8, [1], [])',
    ],
    [
      'Enum',
      lines(
        'from enum import Enum',
        'class Mode(Enum):',
        '    A = "a"',
        '    B = "b"',
        'result = Mode("b") is Mode.B, Mode.A.value, [m.name for m in Mode]',
      ),
      "(True, 'a', ['A', 'B'])",
    ],
    [
      'functools, itertools, collections',
      lines(
        'from functools import partial, reduce',
        'from itertools import chain, product',
        'from collections import OrderedDict, defaultdict',
        'd = defaultdict(list)',
        'd["a"].append(1)',
        'result = partial(pow, 2)(3), reduce(lambda a, b: a * b, [2, 3, 4]), list(chain([1], [2])), list(product([1, 2], [3])), d["a"], list(OrderedDict(a=1).items())',
      ),
      "(8, 24, [1, 2], [(1, 3), (2, 3)], [1], [('a', 1)])",
    ],
    [
      'math',
      lines(
        'import math',
        'result = math.floor(2.7), math.ceil(2.1), math.sqrt(16), math.prod([2, 3]), math.log2(8), math.pi > 3',
      ),
      '(2, 3, 4.0, 6, 3.0, True)',
    ],
    ['the walrus', lines('result = [y for x in [1, 2, 3] if (y := x * 2) > 2]'), '[4, 6]'],
    [
      'with enters and leaves',
      lines(
        'class C:',
        '    def __enter__(self):',
        '        log.append("in")',
        '        return 7',
        '    def __exit__(self, *args): log.append("out")',
        'log = []',
        'with C() as c: log.append(c)',
        'result = log',
      ),
      "['in', 7, 'out']",
    ],
    [
      'operators of a class',
      lines(
        'class V:',
        '    def __init__(self, x): self.x = x',
        '    def __add__(self, o): return V(self.x + o.x)',
        '    def __eq__(self, o): return self.x == o.x',
        '    def __call__(self, k): return self.x * k',
        '    def __contains__(self, k): return k == self.x',
        'result = (V(1) + V(2)).x, V(1) == V(1), V(3)(4), 5 in V(5)',
      ),
      '(3, True, 12, True)',
    ],
    [
      'deepcopy keeps what is shared inside',
      lines('import copy', 'a = [1]', 'b = copy.deepcopy([a, a])', 'b[0].append(2)', 'result = b, a'),
      '([[1, 2], [1, 2]], [1])',
    ],
  ])('%s', (_, text, expected) => {
    expect(runPython(text)).toBe(expected)
  })

  it('imports files that lie beside it', () => {
    const files = {
      'blocks.py': 'from .parts import width\ndef twice(): return 2 * width\n',
      'parts.py': 'width = 21\n',
    }
    expect(runPython('from blocks import twice\nimport parts\nresult = twice(), parts.width\n', files)).toBe(
      '(42, 21)',
    )
  })
})

describe('torch.nn', () => {
  const header = 'import torch\nimport torch.nn as nn\n'
  it.each<[string, string, string]>([
    [
      'registers what is assigned',
      lines(
        'class Net(nn.Module):',
        '    def __init__(self):',
        '        super().__init__()',
        '        self.fc = nn.Linear(3, 2)',
        '        self.scale = nn.Parameter(torch.ones(1))',
        '        self.register_buffer("table", torch.zeros(4))',
        '        self.register_buffer("scratch", torch.zeros(4), persistent=False)',
        'result = list(Net().state_dict().keys())',
      ),
      "['scale', 'table', 'fc.weight', 'fc.bias']",
    ],
    [
      'shapes of parameters',
      lines(
        'result = [(n, tuple(p.shape)) for n, p in nn.Sequential(nn.Conv2d(4, 6, (3, 5), groups=2, bias=False), nn.BatchNorm2d(6), nn.ConvTranspose2d(6, 4, 2, groups=2)).named_parameters()]',
      ),
      "[('0.weight', (6, 2, 3, 5)), ('1.weight', (6,)), ('1.bias', (6,)), ('2.weight', (6, 2, 2, 2)), ('2.bias', (4,))]",
    ],
    [
      'containers',
      lines(
        'layers = nn.ModuleList([nn.ReLU(), nn.Identity()])',
        'layers.append(nn.Tanh())',
        'table = nn.ModuleDict({"a": nn.ReLU()})',
        'seq = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.ReLU())',
        'result = len(layers), isinstance(layers[-1], nn.Tanh), "a" in table, len(seq[:2]), [type(m).__name__ for m in seq]',
      ),
      "(3, True, True, 2, ['ReLU', 'Tanh', 'ReLU'])",
    ],
    [
      'changes its mode',
      lines('m = nn.Dropout()', 'm.train()', 'a = m.training', 'm.eval()', 'result = a, m.training'),
      '(True, False)',
    ],
    [
      'walks over modules',
      lines(
        'm = nn.Sequential(nn.Sequential(nn.Linear(1, 1)), nn.ReLU())',
        'result = [n for n, _ in m.named_modules()], len(list(m.parameters())), [n for n, _ in m.named_children()]',
      ),
      "(['', '0', '0.0', '1'], 2, ['0', '1'])",
    ],
    [
      'initialisers keep the shape',
      lines(
        'm = nn.Linear(2, 3)',
        'nn.init.kaiming_normal_(m.weight, mode="fan_out")',
        'nn.init.constant_(m.bias, 0)',
        'm.weight.data.normal_(0, 0.1)',
        'result = tuple(m.weight.shape)',
      ),
      '(3, 2)',
    ],
  ])('%s', (_, text, expected) => {
    expect(runPython(header + text)).toBe(expected)
  })
})

describe('programs that fail name their line', () => {
  it.each([
    ['x = 1\nresult = y\n', "[MODEL_ERROR] The model raises NameError: name 'y' is not defined (model.py:2)"],
    [
      'def f():\n    raise ValueError("no")\n\nresult = f()\n',
      '[MODEL_ERROR] The model raises ValueError: no (model.py:2)',
    ],
    ['result = [1][3]\n', '[MODEL_ERROR] The model raises IndexError: list index out of range (model.py:1)'],
    [
      'class A: pass\nA().size\n',
      "[MODEL_ERROR] The model raises AttributeError: 'A' object has no attribute 'size' (model.py:2)",
    ],
    [
      'def f(a): pass\nf(1, 2)\n',
      '[MODEL_ERROR] The model raises TypeError: f() takes 1 positional arguments but 2 were given (model.py:2)',
    ],
    [
      'import xformers\nx = xformers.attention(1)\nif x:\n    pass\n',
      '[UNSUPPORTED_CONSTRUCT] The model uses xformers.attention(…), which is not part of the source or of the library (model.py:3)',
    ],
    [
      'while True:\n    pass\n',
      "[LIMIT_EXCEEDED] The model's program takes more than 20000000 steps (model.py:1)",
    ],
    [
      'def f(): return f()\nf()\n',
      "[LIMIT_EXCEEDED] The model's program nests more than 150 calls (model.py:1)",
    ],
    ['assert 1 == 2, "sizes"\n', '[MODEL_ERROR] The model raises AssertionError: sizes (model.py:1)'],
    [
      'import torch\n[i for i in range(3) if torch.empty(2, 2).sum() > i]\n',
      '[UNSUPPORTED_CONSTRUCT] A branch or a loop depends on the value of a tensor (model.py:2)',
    ],
    [
      'import torch.nn as nn\nnn.Conv2d(3, 4, 3, groups=2)\n',
      '[MODEL_ERROR] The model raises ValueError: in_channels must be divisible by groups (model.py:2)',
    ],
  ])('%j', (text, message) => {
    expect(() => runPython(text)).toThrow(message)
  })
})
