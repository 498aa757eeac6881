import { describe, expect, it } from 'vitest'
import { runPython } from './run-python.ts'

const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`

const REGISTRY = lines(
  'import sys, functools',
  'known = {}',
  'def register_model(fn):',
  '    mod = sys.modules[fn.__module__]',
  "    if hasattr(mod, '__all__'): mod.__all__.append(fn.__name__)",
  '    else: mod.__all__ = [fn.__name__]',
  '    known[fn.__name__] = fn, mod.__name__',
  '    return fn',
  'def traced(fn):',
  '    @functools.wraps(fn)',
  '    def inner(*args): return fn(*args)',
  '    return inner',
)

// What Python 3.11 answers to the same files.
describe('sys.modules', () => {
  it.each<[string, string, string]>([
    [
      'gives the file that defines a function',
      lines(
        'from registry import register_model, known, traced',
        "__all__ = ['first']",
        '@register_model',
        'def second(): return 2',
        '@register_model',
        '@traced',
        'def third(): return 3',
        'result = __all__, [(fn(), name) for fn, name in known.values()]',
      ),
      "(['first', 'second', 'third'], [(2, 'model'), (3, 'model')])",
    ],
    [
      'gives a file without __all__ one',
      lines('from registry import register_model', '@register_model', 'def net(): pass', 'result = __all__'),
      "['net']",
    ],
    [
      'gives the running file, whose names it sets and reads',
      lines(
        'import sys',
        'this = sys.modules[__name__]',
        "setattr(this, 'width', 3)",
        'this.depth = 4',
        "this.__dict__['height'] = 5",
        'class Net: pass',
        "result = width, depth, height, getattr(this, 'Net') is Net, 'Net' in vars(this), hasattr(this, 'x')",
      ),
      '(3, 4, 5, True, True, False)',
    ],
    [
      'holds what was imported, and what the program puts there',
      lines(
        'import sys, math, torch.nn as nn',
        'import registry as r',
        "before = 'blocks' in sys.modules, 'json' in sys.modules",
        "sys.modules['blocks'] = r",
        'import blocks',
        "result = before, 'math' in sys.modules, sys.modules['torch.nn'] is nn, 'torch' in sys.modules, blocks is r",
      ),
      '((False, False), True, True, True, True)',
    ],
    [
      'raises KeyError of what was not imported',
      lines(
        'import sys',
        "try: sys.modules['registry']",
        'except KeyError as e: result = str(e), sys.modules.get("registry")',
      ),
      '("\'registry\'", None)',
    ],
  ])('%s', (_, text, repr) => {
    expect(runPython(text, { 'registry.py': REGISTRY })).toBe(repr)
  })

  it('an assignment to a name of a library is refused by name', () => {
    expect(() => runPython(lines('import torch', 'torch.width = 3', 'result = 1'))).toThrow(
      /assignments to torch\.width/,
    )
  })
})
