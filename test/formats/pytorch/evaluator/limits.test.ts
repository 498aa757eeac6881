import { expect, it } from 'vitest'
import { callSource } from '../call-source.ts'
import { runPython } from './run-python.ts'

const SHARED = 't = (0,)\nfor i in range(60):\n    t = (t, t)\n'

/** Programs that would take all memory or all time. */
it.each([
  ['a text that doubles', "s = 'a'\nfor i in range(40):\n    s = s + s\n"],
  ['a text repeated', "s = 'ab' * 15000000 * 10\n"],
  ['a text joined by long texts', "s = ('x' * 10000000).join([''] * 1000000)\n"],
  ['a text with long replacements', "s = ('{}' * 1000000).replace('{}', 'x' * 10000)\n"],
  ['an f-string of long texts', "s = 'a'\nfor i in range(40):\n    s = f'{s}{s}'\n"],
  ['a list that doubles', 's = [1]\nfor i in range(40):\n    s = s + s\n'],
  ['a list that is extended by itself', 's = [1]\nfor i in range(40):\n    s += s\n'],
  ['a list that extends itself', 's = [1]\nfor i in range(40):\n    s.extend(s)\n'],
  ['a long range', 'for i in range(10**9):\n    pass\n'],
  ['a text of a list that holds itself', 'a = []\na.append(a)\ns = str(a)\n'],
  ['a comparison of lists that hold themselves', 'a = []\na.append(a)\nb = []\nb.append(b)\ns = a == b\n'],
  [
    'a comparison of lists that share their parts',
    'a, b = [0], [0]\nfor i in range(60):\n    a, b = [a, a], [b, b]\ns = a == b\n',
  ],
  ...['s = l[:]', 's = -1 in l', 's = list(l)'].map((work) => [
    `many times ${work}`,
    `l = list(range(30000))\nm = list(range(30000))\nt = set(l)\nu = set(l)\nfor i in range(2000):\n    ${work}\n`,
  ]),
  ['a generator without end', 'def g():\n    while True: yield 1\ns = list(g())\n'],
  ['a generator without an item', 'def g():\n    while True: pass\n    yield 1\ns = next(g())\n'],
  ['a generator of itself', 'def g():\n    yield from g()\ns = list(g())\n'],
  ['a list that grows while it is looked at', 'l = [1]\nfor v in l:\n    l.append(v)\n'],
  ['a power', 's = 10 ** 10 ** 10\n'],
  ['a shift', 's = 1 << 10 ** 18\n'],
  ['a factorial', 'r, i = 1, 1\nwhile True:\n    r *= i\n    i += 1\n'],
  ['an int that squares', 'r = 3\nwhile True:\n    r *= r\n'],
  ['a list times 10**12', 's = [0] * 10**12\n'],
  ['a list of a long range', 's = list(range(10**9))\n'],
  ['a text of shared tuples', `${SHARED}s = str(t)\n`],
  ['a hash of shared tuples', `${SHARED}s = hash(t)\n`],
  ['a cached call with shared tuples', `import functools\n${SHARED}s = functools.lru_cache(len)(t)\n`],
  ['isinstance of shared tuples', `${SHARED.replace('0', 'int')}s = isinstance('a', t)\n`],
  [
    'a tensor of shared lists',
    'import torch\nt = [0]\nfor i in range(60):\n    t = [t, t]\ns = torch.tensor(t)\n',
  ],
  ['many dicts', 'l = []\nwhile True:\n    l.append({})\n'],
  ['many texts', "l = []\nwhile True:\n    l.append('a' * 100000)\n"],
  ['many instances', 'class C: pass\nl = []\nwhile True:\n    l.append(C())\n'],
  ['many generators', 'def g(): yield 1\nl = []\nwhile True:\n    l.append(g())\n'],
  ['a class that derives from itself', 'class A: pass\nwhile True:\n    class A(A): pass\n'],
  ['a product of many', 'import itertools\ns = list(itertools.product(*[[0]] * 200000))\n'],
  ['a sort of many', 'l = list(range(4000000))\nl.sort()\n'],
  ...[
    'x.upper()',
    "x.replace('c', 'd')",
    'x[5]',
    "'zz' in x",
    'len(x)',
    'd.get(x)',
    'd.copy()',
    'sorted(l)',
    'd | d',
  ].map((work) => [
    `many times ${work}`,
    `x = 'ab' * 500000\nl = list(range(30000))\nd = dict.fromkeys(l)\nwhile True:\n    ${work}\n`,
  ]),
])('%s is stopped', (_, program) => {
  expect(() => runPython(`${program}result = 0\n`)).toThrow(/LIMIT_EXCEEDED/)
})

it('a format with many zeros is read in linear time', () => {
  expect(() => runPython("result = ('%' + '0' * 1000000) % ()\n")).toThrow('incomplete format')
})

it('a tuple of shared tuples is a key as long as what it spells out', () => {
  const nested = (name: string, depth: number) =>
    `${name} = (0, 1)\nfor i in range(${depth}):\n    ${name} = (${name}, ${name})\n`
  expect(runPython(`${nested('a', 8)}${nested('b', 8)}result = ({a: 5}[b], (a, 1) in {a: 5})\n`)).toBe(
    '(5, False)',
  )
  expect(runPython("result = ('a,sb',) in {('a', 'b'): 1}\n")).toBe('False')
  expect(() => runPython(`${nested('a', 60)}result = {a: 5}\n`)).toThrow(/LIMIT_EXCEEDED/)
})

it('a call may take many arguments at once, and a slice many items', () => {
  const list = 'l = list(range(300000))\n'
  expect(runPython(`${list}def f(*args):\n    return len(args)\nresult = f(*l)\n`)).toBe('300000')
  expect(runPython(`${list}l[1:2] = l\nl.sort()\ndel l[0:2]\nresult = (len(l), l[0], l[-1])\n`)).toBe(
    '(599997, 1, 299999)',
  )
})

it('what is held together by reference is no work', () => {
  expect(
    runPython(
      'import functools\nt = [0]\nfor i in range(60):\n    t = [t, t]\n@functools.lru_cache\ndef f(): return t\nresult = len(f())\n',
    ),
  ).toBe('2')
  expect(runPython(`import copy\n${SHARED}result = len(copy.deepcopy(t))\n`)).toBe('2')
  expect(
    runPython("result = ([] * 10**12, '' * 10**12, len(range(10**12)), 10**12 - 1 in range(10**12))\n"),
  ).toBe("([], '', 1000000000000, True)")
})

it('a format is read up to what is none', () => {
  expect(() => runPython("result = ('%(' * 1000000) % {}\n")).toThrow('format')
})

it('a list may take many items at once', () => {
  expect(runPython('s = []\ns += range(300000)\ns.extend(range(300000))\nresult = len(s)\n')).toBe('600000')
})

it.each([
  'torch.arange(10**9)',
  'torch.arange(0, 1, 1e-9)',
  'torch.linspace(0, 1, 10**9)',
  'torch.hann_window(10**9)',
  'torch.tril_indices(10**5, 10**5)',
  "torch.arange(float('inf'))",
])('%s is refused before it is made', (source) => {
  expect(() => runPython(`import torch\nresult = ${source}\n`)).toThrow(
    /LIMIT_EXCEEDED.*makes a constant tensor of \w+ elements.*Pass the tensor as an input/s,
  )
})

it('a loop that builds operators without end is stopped, at its line', () => {
  const endless = () => callSource(['while True:', '    x = x + 1', 'return x'], [4])
  expect(endless).toThrow(/builds more than 100000 operators \(case\.py:7\)/)
}, 30_000)

it.each(['9**9**9', '2**14001', '3**(2**40)', '1 << 20000', '(1 << 13000) << 13000', '(-2)**20001'])(
  'an int with too many bits is refused before it is computed: %s',
  (expression) => {
    expect(() => runPython(`result = ${expression}\n`)).toThrow(
      /LIMIT_EXCEEDED.*an int of more than \d+ bits/s,
    )
  },
  // Computed, the first takes 20 s.
  10_000,
)
