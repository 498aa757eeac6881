import { describe, expect, it } from 'vitest'
import {
  PYTHON,
  parseSource,
  type Statement,
  TORCHSCRIPT,
} from '../../../../src/formats/pytorch/source/index.ts'
import { show, showParameter } from './show.ts'

/** Statements as an outline: one line each, blocks indented. */
function outline(statements: readonly Statement[], indent = ''): string[] {
  return statements.flatMap((s) => [
    indent + head(s),
    ...blocksOf(s).flatMap((block) => outline(block, `${indent}  `)),
  ])
}

function blocksOf(s: Statement): readonly (readonly Statement[])[] {
  switch (s.kind) {
    case 'Function':
    case 'Class':
    case 'With':
      return [s.body]
    case 'For':
    case 'While':
      return [s.body, s.orElse]
    case 'If':
      return [...s.branches.map(({ body }) => body), s.orElse]
    case 'Try':
      return [s.body, ...s.handlers.map(({ body }) => body), s.orElse, s.finalBody]
    default:
      return []
  }
}

function head(s: Statement): string {
  switch (s.kind) {
    case 'Function':
      return `${s.decorators.map((d) => `@${show(d)} `).join('')}def ${s.name}(${s.parameters.map(showParameter).join(', ')})${s.returns ? ` -> ${show(s.returns)}` : ''}`
    case 'Class':
      return `class ${s.name}(${s.bases.map(({ value }) => show(value)).join(', ')})`
    case 'Assign':
      return `${s.targets.map(show).join(' = ')} = ${show(s.value)}`
    case 'AnnAssign':
      return `${show(s.target)}: ${show(s.annotation)} = ${show(s.value)}`
    case 'AugAssign':
      return `${show(s.target)} ${s.operator}= ${show(s.value)}`
    case 'Expr':
      return show(s.value)
    case 'Return':
      return `return ${show(s.value)}`
    case 'If':
      return `if ${s.branches.map(({ test }) => show(test)).join(' elif ')}`
    case 'For':
      return `for ${show(s.target)} in ${show(s.iterable)}`
    case 'While':
      return `while ${show(s.test)}`
    case 'With':
      return `with ${s.items.map(({ context, target }) => `${show(context)} as ${show(target)}`).join(', ')}`
    case 'Try':
      return `try except ${s.handlers.map(({ type, name }) => `${show(type)} as ${name}`).join(', ')}`
    case 'Raise':
      return `raise ${show(s.error)} from ${show(s.cause)}`
    case 'Assert':
      return `assert ${show(s.test)}, ${show(s.message)}`
    case 'Import':
      return `import ${s.names.map(({ name, alias }) => `${name} as ${alias}`).join(', ')}`
    case 'ImportFrom':
      return `from ${'.'.repeat(s.level)}${s.module} import ${s.names.map(({ name, alias }) => `${name} as ${alias}`).join(', ')}`
    case 'Global':
    case 'Nonlocal':
      return `${s.kind.toLowerCase()} ${s.names.join(', ')}`
    case 'Delete':
      return `del ${s.targets.map(show).join(', ')}`
    default:
      return s.kind.toLowerCase()
  }
}

describe('statements', () => {
  it.each<[string, string[]]>([
    ['a = b = c, d', ['a = b = tuple(c, d)']],
    ['a, (b, *c) = d', ['tuple(a, tuple(b, *c)) = d']],
    ['x, = y', ['tuple(x) = y']],
    ['x: int', ['x: int = ']],
    ['x: "T" = 1, 2', ['x: "T" = tuple(int 1, int 2)']],
    ['x.y[0] += 1', ['x.y[int 0] += int 1']],
    ['a; b; c;', ['a', 'b', 'c']],
    ['if a: b\nelif c: d\nelse: e', ['if a elif c', '  b', '  d', '  e']],
    [
      'for i, j in a, b:\n  continue\nelse:\n  break',
      ['for tuple(i, j) in tuple(a, b)', '  continue', '  break'],
    ],
    ['while x: pass', ['while x', '  pass']],
    ['with a as b, c(): d', ['with a as b, c() as ', '  d']],
    ['with (a as b, c,):\n  d', ['with a as b, c as ', '  d']],
    ['with (a).b: c', ['with a.b as ', '  c']],
    [
      'try:\n  a\nexcept (B, C) as e:\n  d\nexcept:\n  f\nelse:\n  g\nfinally:\n  h',
      ['try except tuple(B, C) as e,  as undefined', '  a', '  d', '  f', '  g', '  h'],
    ],
    ['raise E("x") from None', ['raise E("x") from None']],
    ['assert x, "m"', ['assert x, "m"']],
    ['import torch.nn as nn, math', ['import torch.nn as nn, math as undefined']],
    ['from ..a import (b as c, d,)', ['from ..a import b as c, d as undefined']],
    ['from ... import *', ['from ... import * as undefined']],
    ['global a, b\nnonlocal c\ndel d, e[0]', ['global a, b', 'nonlocal c', 'del d, e[int 0]']],
    ['@a.b(1)\n@c\ndef f(): pass', ['@a.b(int 1) @c def f()', '  pass']],
    ['async def f(): await x', ['def f()', '  await x']],
    [
      'def f(a, /, b: int = 1, *, c=2, **d) -> T: return',
      [
        'def f(positionalOnly a, positional b: int = int 1, keywordOnly c = int 2, doubleStar d) -> T',
        '  return ',
      ],
    ],
    [
      'class A(B, metaclass=C):\n  """doc"""\n\n  # note\n  x = 1\n\n  def f(self): pass\ny',
      ['class A(B, C)', '  "doc"', '  x = int 1', '  def f(positional self)', '    pass', 'y'],
    ],
    ['if a:\n\tb\n        c', ['if a', '  b', '  c']],
    ['x = 1 + \\\n  2', ['x = (int 1 + int 2)']],
    ['# only a comment', []],
    ['', []],
    ['\ufeffx\r\ny', ['x', 'y']],
  ])('%j', (text, expected) => {
    expect(outline(parseSource(text, 'model.py', PYTHON).body)).toEqual(expected)
  })

  it('gives every node its line and column, inside formatted strings too', () => {
    const [, statement] = parseSource('a\nb = f(f"{c + d}")\n', 'model.py', PYTHON).body
    expect(statement).toMatchObject({
      at: { file: 'model.py', line: 2, column: 1 },
      value: { args: [{ value: { parts: [{ value: { at: { line: 2, column: 10 } } }] } }] },
    })
  })
})

describe('serialised TorchScript', () => {
  it('reads a module as torch writes it', () => {
    const text = `class Net(Module):
  __parameters__ = ["weight", ]
  __buffers__ = []
  __annotations__["0"] = __torch__.torch.nn.Linear
  training : bool
  stride : Final[Tuple[int, int]] = (1, 1)
  def forward(self: __torch__.Net,
    x: Tensor) -> Tuple[Tensor, Tensor]:
    _0, _1, = (getattr(self, "0")).forward(x, )
    _2 = annotate(Optional[int], None)
    def __forked_function(y: Tensor) -> Tensor:
      return y
    if torch.eq(torch.dim(x), 4):
      z = torch.mul(_0, CONSTANTS.c0)
    else:
      ops.prim.RaiseException("no", "builtins.ValueError")
      z = uninitialized(Tensor)
    return (z, _1)
`
    expect(outline(parseSource(text, 'net.py', TORCHSCRIPT).body)).toEqual([
      'class Net(Module)',
      '  __parameters__ = list("weight")',
      '  __buffers__ = list()',
      '  __annotations__["0"] = __torch__.torch.nn.Linear',
      '  training: bool = ',
      '  stride: Final[Tuple[tuple(int, int)]] = tuple(int 1, int 1)',
      '  def forward(positional self: __torch__.Net, positional x: Tensor) -> Tuple[tuple(Tensor, Tensor)]',
      '    tuple(_0, _1) = getattr(self, "0").forward(x)',
      '    _2 = annotate(Optional[int], None)',
      '    def __forked_function(positional y: Tensor) -> Tensor',
      '      return y',
      '    if torch.eq(torch.dim(x), int 4)',
      '      z = torch.mul(_0, CONSTANTS.c0)',
      '      ops.prim.RaiseException("no", "builtins.ValueError")',
      '      z = uninitialized(Tensor)',
      '    return tuple(z, _1)',
    ])
  })
})
