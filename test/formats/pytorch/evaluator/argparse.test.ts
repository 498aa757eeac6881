import { describe, expect, it } from 'vitest'
import { runPython } from './run-python.ts'

/** `result` of a script whose parser was given these lines. */
const parsed = (lines: readonly string[], result: string): string =>
  runPython(
    [
      'import argparse',
      'parser = argparse.ArgumentParser(description="x")',
      ...lines,
      'args = parser.parse_args()',
      `result = ${result}`,
    ].join('\n'),
  )

// Expected: CPython 3.11 with an empty command line.
describe('options of argparse have the values of an empty command line', () => {
  it.each([
    [["parser.add_argument('--act', default='relu')"], "args.act == 'relu'", 'True'],
    [["parser.add_argument('-w', '--wide-res', type=int, default='3')"], 'args.wide_res', '3'],
    [["parser.add_argument('-k', default=2)"], 'args.k', '2'],
    [["parser.add_argument('--a', action='store_true')"], 'args.a', 'False'],
    [["parser.add_argument('--no-a', dest='a', action='store_false')"], 'args.a', 'True'],
    [["parser.add_argument('--a')"], 'args.a is None', 'True'],
    [["parser.add_argument('path', nargs='?', default='x')"], 'args.path', "'x'"],
    [
      ["group = parser.add_argument_group('g')", "group.add_argument('--n', type=float, default=1)"],
      'vars(args)',
      "{'n': 1}",
    ],
    [['parser.set_defaults(a=4)', "parser.add_argument('--a', type=int)"], 'args.a', '4'],
    [["parser.add_argument('--a', default=1)"], "'a' in args, 'b' in args", '(True, False)'],
    [["parser.add_argument('--a', default=1)"], "getattr(args, 'b', 7)", '7'],
    [["parser.add_argument('--a', default=1)"], 'parser.parse_known_args()[0].a', '1'],
  ])('%s: %s', (lines, result, expected) => {
    expect(parsed(lines, result)).toBe(expected)
  })

  it('what must be given is not there', () => {
    expect(() => parsed(["parser.add_argument('--data', required=True)"], 'args.data')).toThrow("'data'")
  })
})

describe('a package that is not here is not installed', () => {
  it.each([
    ["importlib.util.find_spec('xformers') is not None", 'False'],
    ["importlib.machinery.FileFinder('.', ()).find_spec('_C')", 'None'],
    ["importlib.util.find_spec('torch') is not None", 'True'],
  ])('%s', (question, expected) => {
    expect(runPython(`import importlib.util\nresult = ${question}\n`)).toBe(expected)
  })
})

describe('nothing is decided by what only a run or a missing package gives', () => {
  const ask = (question: string): string =>
    runPython(
      [
        'import json, random, time',
        'from nowhere import cfg',
        'class Asked:',
        '    def __init__(self):',
        `        self.answer = 1 if ${question} else 2`,
        'def ask(): return Asked().answer',
        'result = ask()',
      ].join('\n'),
    )

  it.each([
    "cfg.ACT in ('relu', 'gelu')",
    "cfg.ACT == 'relu'",
    'cfg.ACT is None',
    'cfg.ACT is not None',
    "{'relu': 1}.get(cfg.ACT, 0)",
    'isinstance(cfg, dict)',
    "hasattr(cfg, 'x')",
    "str(cfg.x) == 'a'",
    "f'{cfg.x}' in ('a', 'b')",
    'callable(cfg)',
    'len(cfg.layers) > 2',
    "json.load('c.json')['norm']",
    "json.load('c.json')['norm'] == 'batch'",
    'random.random() < 0.5',
    '[cfg.x] == [3]',
  ])('%s', (question) => {
    expect(() => ask(question)).toThrow(/UNSUPPORTED_CONSTRUCT.*(nowhere|json|random)/)
  })

  it('and a message may show it', () => {
    expect(
      runPython("from nowhere import cfg\nmessage = f'{cfg.x}' + str(cfg)\nprint(message)\nresult = 1\n"),
    ).toBe('1')
  })
})
