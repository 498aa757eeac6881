import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../../src/errors/index.ts'
import { PythonError } from '../../../../src/formats/pytorch/evaluator/python-error.ts'
import { fixturePath } from '../../../support/samples.ts'
import { runPython } from './run-python.ts'

interface Case {
  readonly section: string
  readonly source: string
  readonly repr?: string
  readonly raises?: string
}

/** What CPython answers (`fixtures/python/recipe.py`). */
const CASES: readonly Case[] = JSON.parse(readFileSync(fixturePath('python/cases.json'), 'utf8'))

const programOf = (source: string): string =>
  source.includes('result = ') ? source : `result = (${source})\n`

function answer(source: string): Pick<Case, 'repr' | 'raises'> {
  try {
    return { repr: runPython(programOf(source)) }
  } catch (error) {
    if (error instanceof PythonError) return { raises: error.raised.class.name }
    throw error
  }
}

describe('a program gives what CPython gives', () => {
  for (const { section, source, ...expected } of CASES) {
    it(`${section}: ${source}`, () => {
      expect(answer(source)).toEqual(expected)
    })
  }
})

describe('what Python would do otherwise is refused', () => {
  const refused: readonly (readonly [source: string, message: string])[] = [
    ['class C:\n    def __new__(cls): return 5\nresult = C()', '__new__'],
    ['class C:\n    def __getattribute__(self, name): return 1\nresult = C().x', '__getattribute__'],
    ['class D:\n    def __get__(self, obj, of): return 5\nclass C:\n    d = D()\nresult = C().d', '__get__'],
    ['class B:\n    def __init_subclass__(cls): pass\nclass C(B): pass\nresult = C()', '__init_subclass__'],
    [
      'class M(type):\n    def __call__(cls): return 5\nclass C(metaclass=M): pass\nresult = C()',
      'metaclass M',
    ],
    ["n = 8\nresult = n.to_bytes(2) if hasattr(n, 'to_bytes') else 1", 'int.to_bytes'],
    ['try: result = (5).to_bytes(2)\nexcept AttributeError: result = 1', 'int.to_bytes'],
    ['try: result = bin(5)\nexcept Exception: result = 1', 'the builtin bin'],
    [
      "d = {}\nresult = getattr(d, '__class_getitem__', 1) if False else getattr([], '__len__', None)",
      'list.__len__',
    ],
    ['from typing import Sequence\nresult = issubclass(list, Sequence)', 'issubclass of Sequence'],
    ["from enum import Enum\nA = Enum('A', 'X Y')\nresult = A.Y.value", 'without a class statement'],
    [
      "from enum import Enum\nclass A(str, Enum):\n    X = 'x'\nresult = {'x': 1}[f'{A.X}']",
      'differs between versions of Python',
    ],
    ['import enum\nclass A(enum.Flag):\n    X = 1\nresult = A.X | A.X', 'enum.Flag'],
    [
      'import enum\nclass A(enum.Enum):\n    X = 5\n    Y = 1\n    Z = enum.auto()\nresult = A.Z.value',
      'auto() gives',
    ],
    [
      'def f(v): return v\ndef g():\n    f((yield 1))\nresult = list(g())',
      'yield inside of a larger expression',
    ],
    ['def g():\n    try:\n        yield 1\n    finally:\n        pass\nresult = list(g())', 'a finally'],
    [
      'class M:\n    def __enter__(self): pass\n    def __exit__(self, *a): pass\ndef g():\n    with M(): yield 1\nresult = list(g())',
      'inside of a with statement',
    ],
    ['def g():\n    yield 1\nwith g() as v:\n    result = v', 'enters a generator'],
    ['def g():\n    yield 1\nresult = g().send(None)', 'send'],
    ['def g():\n    yield 1\nresult = g().close()', 'close'],
    [
      'class E:\n    def __eq__(self, o): return True\n    def __hash__(self): return 1\nresult = {E(): 1}',
      'of E',
    ],
    [
      'class E:\n    def __eq__(self, o): return True\n    def __hash__(self): return 1\nresult = {E()}',
      'of E',
    ],
    [
      'class E:\n    def __eq__(self, o): return True\n    def __hash__(self): return 1\nresult = {1: 2}.get(E())',
      'of E',
    ],
    ['class E:\n    def __hash__(self): return 1\nresult = {(1, E()): 1}', 'of E'],
    ['class E:\n    def __hash__(self): return 1\nd = {}\nd.setdefault(E(), 1)\nresult = d', 'of E'],
    ["d = {'a': 1, 'b': 2}\nfor k in d:\n    d[k + 'x'] = d.pop(k)\nresult = d", 'while it iterates over it'],
    ['s = {1, 2}\nfor v in s:\n    s.remove(v)\n    s.add(v + 5)\nresult = s', 'while it iterates over it'],
    ['match x:\n    case 1: result = 5', 'uses a match statement'],
    ["result = 'a'.translate({})", 'does not know str.translate'],
    ['result = {1}.isdisjoint({2}) and (5).to_bytes(2)', 'does not know int.to_bytes'],
    ['from typing import Hashable\nresult = Hashable()', 'calls of Hashable'],
    ["result = type('A', (Exception,), {})", 'by a call of type()'],
    ['result = (-8) ** 0.5', 'complex number'],
    ['class A(list): pass\nresult = A([1])', 'classes derived from list, as A is'],
    [
      'from collections import defaultdict\nclass A(defaultdict): pass\nresult = A()',
      'classes derived from defaultdict',
    ],
    ['from collections import deque\nresult = deque([1, 2], maxlen=1)', 'deque(maxlen=…)'],
    [
      'from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n    def __len__(self): return 5\nresult = P(1)',
      'has a method __len__',
    ],
    ['class A: pass\nresult = A.__doc__', 'type.__doc__'],
    ['import numpy as np\nresult = np.sum([[1, 2]], axis=0)', 'sum(axis=…)'],
    ['import numpy as np\nresult = np.sum([[1, 2]], 0)', 'sum(… 2 arguments)'],
    ['result = iter(len, 3)', 'iter(… 2 arguments)'],
  ]
  it.each(refused)('%s', (source, message) => {
    const error = refusal(source)
    expect(error.code).toBe('UNSUPPORTED_CONSTRUCT')
    expect(error.message).toContain(message)
    expect(error.details.where).toMatchObject({ file: 'model.py' })
  })
})

function refusal(source: string): ModelError {
  try {
    runPython(source)
  } catch (error) {
    if (error instanceof ModelError) return error
    throw error
  }
  throw new Error('nothing was refused')
}
