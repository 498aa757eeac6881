import { describe, expect, it } from 'vitest'
import { runPython } from './run-python.ts'

const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`

describe('objects', () => {
  it.each<[string, string, string]>([
    [
      '__dict__ is the attributes themselves',
      lines(
        'class Config:',
        '    def __init__(self, **options): self.__dict__.update(options)',
        'c = Config(width=2)',
        'c.__dict__["depth"] = 3',
        'result = c.width, c.depth, "width" in c.__dict__, len(vars(c)), sorted(c.__dict__)',
      ),
      "(2, 3, True, 2, ['depth', 'width'])",
    ],
    [
      'a class may derive from dict',
      lines(
        'class Config(dict):',
        '    __getattr__ = dict.get',
        '    __setattr__ = dict.__setitem__',
        '    def __getitem__(self, key): return super().__getitem__(key.lower())',
        'c = Config({"width": 2}, depth=3)',
        'c.pool = "mean"',
        'def f(**options): return sorted(options)',
        'result = c["WIDTH"], c.depth, c.missing, len(c), "pool" in c, isinstance(c, dict), f(**c), dict(c) == {**c}, [k for k in c]',
      ),
      "(2, 3, None, 3, True, True, ['depth', 'pool', 'width'], True, ['width', 'depth', 'pool'])",
    ],
    [
      'ord and chr take characters, not halves of them',
      lines('result = ord("a"), chr(98), ord("\u{1F600}"), chr(0x1F600) == "\u{1F600}", len(chr(0x1F600))'),
      "(97, 'b', 128512, True, 1)",
    ],
    [
      'locals() are the names so far',
      lines('def f(a, b=2):', '    c = dict(locals())', '    return c', 'result = f(1)'),
      "{'a': 1, 'b': 2}",
    ],
    [
      'the methods behind attributes can be called by name',
      lines(
        'class A: pass',
        'a = A()',
        'a.__setattr__("x", 1)',
        'a.y = 2',
        'del a.y',
        'result = a.__getattribute__("x"), hasattr(a, "y"), a.__class__.__name__, (1).__class__.__name__',
      ),
      "(1, False, 'A', 'int')",
    ],
    [
      'a class may set attributes its own way',
      lines(
        'class Upper:',
        '    def __setattr__(self, name, value): super().__setattr__(name.upper(), value)',
        'u = Upper()',
        'u.x = 1',
        'result = u.X',
      ),
      '1',
    ],
    [
      'nn.Module looks up what __getattr__ is asked for',
      lines(
        'import torch.nn as nn',
        'class Wrapper(nn.Module):',
        '    def __init__(self):',
        '        super().__init__()',
        '        self.inner = nn.Linear(2, 3)',
        '    def __getattr__(self, name):',
        '        try:',
        '            return super().__getattr__(name)',
        '        except AttributeError:',
        '            return getattr(self.inner, name)',
        'result = Wrapper().out_features',
      ),
      '3',
    ],
  ])('%s', (_, source, expected) => {
    expect(runPython(source)).toBe(expected)
  })
})

describe("Python's own modules", () => {
  it.each([
    ['os.path.join(os.path.dirname("a/b.py"), "c.pt"), os.path.exists("a")', "('a/c.pt', False)"],
    ['os.environ.get("DEBUG"), os.getenv("DEBUG", "0"), sys.version_info >= (3, 8)', "(None, '0', True)"],
    [
      'np.prod([2, 3, 4]), np.sqrt(16), int(np.ceil(2.1)), np.pi > 3, np.sum([1, 2]), np.mean([1, 2])',
      '(24, 4.0, 3, True, 3, 1.5)',
    ],
    ['[name for name in inspect.signature(f).parameters]', "['a', 'b', 'rest']"],
    ['inspect.signature(f).parameters["b"].default, inspect.isclass(int)', '(2, False)'],
    [
      '[p.name for p in inspect.signature(wrapped).parameters.values() if p.kind == p.VAR_KEYWORD], wrapped.__name__',
      "(['rest'], 'f')",
    ],
    ['dict(torch.load("x.pt")), [k for k in torch.load("x.pt")], len(torch.load("x.pt"))', '({}, [], 0)'],
    ['torch.distributed.is_initialized(), torch.distributed.get_world_size()', '(False, 1)'],
    ['isinstance([1], container_abcs.Iterable), isinstance("a", string_classes)', '(True, True)'],
  ])('%s', (expression, expected) => {
    const source = lines(
      'import functools, inspect, os, sys, torch',
      'import numpy as np',
      'from torch._six import container_abcs, string_classes',
      'def f(a, b=2, **rest): pass',
      '@functools.wraps(f)',
      'def wrapped(*args, **kwargs): return f(*args, **kwargs)',
      `result = ${expression}`,
    )
    expect(runPython(source)).toBe(expected)
  })

  it.each([
    ['np.linspace(0, 0.3, 4).tolist()[1:3]', '[0.09999999999999999, 0.2]'],
    ['sum(np.linspace(0, 1, 5).tolist())', '2.5'],
    ['nn.parameter.Parameter is nn.Parameter, nn.modules.conv.Conv2d is nn.Conv2d', '(True, True)'],
  ])('%s', (expression, expected) => {
    expect(runPython(`import numpy as np\nimport torch.nn as nn\nresult = ${expression}\n`)).toBe(expected)
  })

  it('a library of compiled operators is not there', () => {
    const source = lines(
      'import torch',
      'try:',
      '    torch.ops.load_library("/a/_C.so")',
      '    result = True',
      'except (ImportError, OSError):',
      '    result = False',
    )
    expect(runPython(source)).toBe('False')
  })

  it('an environment that one model sets is not seen by the next', () => {
    expect(runPython('import os\nos.environ["A"] = "1"\nresult = os.getenv("A")\n')).toBe("'1'")
    expect(runPython('import os\nresult = os.getenv("A")\n')).toBe('None')
  })

  it.each([
    ['open("labels.txt")', 'opens a file (open)'],
    ['eval("1 + 1")', "evaluates text as code: eval of '1 + 1'"],
    ['__import__("os")', 'imports by a computed name (__import__)'],
  ])('refuses %s', (call, text) => {
    expect(() => runPython(`result = ${call}\n`)).toThrow(
      `[UNSUPPORTED_CONSTRUCT] The model's source ${text}`,
    )
  })
})

describe('tensors that constants alone give are numbers to the program', () => {
  it.each([
    ['[round(x.item(), 2) for x in torch.linspace(0, 0.22, 12)][-2:]', '[0.2, 0.22]'],
    ['(torch.arange(16) * 2.5 + 1).int().tolist()[:3]', '[1, 3, 6]'],
    ['[int(w) for w in torch.round(torch.exp(torch.arange(10) * 0.5))][8:]', '[55, 90]'],
    ['1 if (torch.arange(20) * 2).sum() > 100 else 0', '1'],
  ])('%s', (expression, expected) => {
    expect(runPython(`import torch\nresult = ${expression}\n`)).toBe(expected)
  })

  it('out= receives the result', () => {
    expect(
      runPython('import torch\nx = torch.tensor([-1, 5, 2])\ntorch.add(x, 1, out=x)\nresult = x.tolist()\n'),
    ).toBe('[0, 6, 3]')
  })
})
