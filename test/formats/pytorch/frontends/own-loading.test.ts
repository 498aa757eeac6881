import { describe, expect, it } from 'vitest'
import { MemorySource } from '../../../../src/graph/index.ts'
import { runModel, seededFloats } from '../../../support/run-model.ts'
import { call, dict, int, join, str } from '../pickle/pickle-writer.ts'
import { f32, floats, torchZip } from '../torch-writer.ts'
import { convertWritten, writtenModel } from './written-model.ts'

/** A model of two parts, each with a weight of two numbers; `@` marks lines of a part's constructor. */
const twoParts = (part: readonly string[], net: readonly string[] = []): string => {
  const isInit = (line: string): boolean => line.startsWith('@')
  const classOf = (name: string, init: string, lines: readonly string[], forward: string): string[] => [
    `class ${name}(nn.Module):`,
    ...['def __init__(self):', '    super().__init__()', `    ${init}`].map((line) => `    ${line}`),
    ...lines.filter(isInit).map((line) => `        ${line.slice(1)}`),
    ...lines.filter((line) => !isInit(line)).map((line) => `    ${line}`),
    `    def forward(self, x): return ${forward}`,
  ]
  return [
    'import torch, torch.nn as nn',
    ...classOf('Part', 'self.w, self.k = nn.Parameter(torch.empty(2)), 1.0', part, 'x * self.w * self.k'),
    ...classOf('Net', 'self.a, self.b = Part(), Part()', net, 'torch.cat([self.a(x), self.b(x)])'),
    '',
  ].join('\n')
}

type Dims = Readonly<Record<string, readonly number[]>>
const BOTH: Dims = { 'a.w': [2], 'b.w': [2] }
const INPUTS = [{ name: 'x', dims: [2] }]

/** What a model of ones computes: its weights, as they were loaded. */
async function loaded(source: string, weights: Dims = BOTH): Promise<number[]> {
  return outputOf(writtenModel(weights, { 'model.py': source }))
}

async function outputOf(file: MemorySource): Promise<number[]> {
  const { model } = convertWritten(file, { class: 'Net', inputs: INPUTS })
  const ones = { x: { dtype: 'float32', dims: [2], data: Float32Array.of(1, 1) } } as const
  const [output] = (await runModel(model, ones)).values()
  return Array.from(output?.data ?? [], Number)
}

/** The numbers in the file, in order. */
const numbers = (count: number): number[] => Array.from(seededFloats(count))

const LOAD = 'def _load_from_state_dict(self, sd, prefix, *args):'
const INHERITED = '    super()._load_from_state_dict(sd, prefix, *args)'
const [A0 = 0, A1 = 0, B0 = 0, B1 = 0] = numbers(4)
const PRE_HOOK = '@self._register_load_state_dict_pre_hook(self.change)'
const CHANGE = 'def change(self, sd, prefix, meta, strict, missing, unexpected, errors):'

function expectClose(found: readonly number[], expected: readonly number[]): void {
  for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, 5)
}

describe('a model that loads its weights in its own way', () => {
  it.each([
    [
      'scales a weight',
      [LOAD, "    sd[prefix + 'w'] = sd[prefix + 'w'] * 2", INHERITED],
      BOTH,
      [2 * A0, 2 * A1, 2 * B0, 2 * B1],
    ],
    [
      'sets what forward reads',
      [LOAD, INHERITED, '    self.k = 3.0'],
      BOTH,
      [A0, A1, B0, B1].map((n) => 3 * n),
    ],
    [
      'renames what has no version',
      [
        LOAD,
        "    if args[0].get('version') is None: sd[prefix + 'w'] = sd.pop(prefix + 'weight')",
        INHERITED,
      ],
      { 'a.weight': [2], 'b.weight': [2] },
      [A0, A1, B0, B1],
    ],
    [
      'reshapes in a hook',
      [PRE_HOOK, CHANGE, "    sd[prefix + 'w'] = sd[prefix + 'w'].reshape(2)"],
      { 'a.w': [1, 2], 'b.w': [2, 1] },
      [A0, A1, B0, B1],
    ],
    [
      'deletes what it does not have',
      [PRE_HOOK, CHANGE, "    del sd[prefix + 'old']"],
      { 'a.w': [2], 'b.w': [2], 'a.old': [1], 'b.old': [1] },
      [A0, A1, B0, B1],
    ],
    [
      'adds what is missing',
      [PRE_HOOK, CHANGE, "    sd.setdefault(prefix + 'w', torch.full((2,), 7.0))"],
      { 'a.w': [2] },
      [A0, A1, 7, 7],
    ],
    [
      'has a hook that is given the module',
      [
        '@self.register_load_state_dict_pre_hook(Part.change)',
        'def change(module, sd, prefix, *args):',
        '    module.k = 5.0',
      ],
      BOTH,
      [A0, A1, B0, B1].map((n) => 5 * n),
    ],
    [
      'takes a hook away again',
      [PRE_HOOK.replace('self._', 'h = self._'), '@h.remove()', CHANGE, '    sd.clear()'],
      BOTH,
      [A0, A1, B0, B1],
    ],
    [
      'fills its weight by itself',
      [LOAD, "    self.w.data.copy_(sd[prefix + 'w'] + 1)"],
      BOTH,
      [A0, A1, B0, B1].map((n) => n + 1),
    ],
    [
      'writes in place behind the copy, which keeps its numbers',
      [LOAD, INHERITED, "    sd[prefix + 'w'].mul_(0)"],
      BOTH,
      [A0, A1, B0, B1],
    ],
  ] as const)('%s', async (_, part, weights, expected) => {
    const found = await loaded(twoParts(part), weights)
    expectClose(found, expected)
  })

  it.each([
    [
      'the whole splits a fused weight before its parts load',
      [PRE_HOOK, CHANGE, "    fused = sd.pop(prefix + 'ab.w')", "    sd['a.w'], sd['b.w'] = fused.chunk(2)"],
      { 'ab.w': [4] },
      [A0, A1, B0, B1],
    ],
    [
      'load_state_dict gets the dict and passes on another',
      [
        'def load_state_dict(self, state_dict):',
        "    new = {k.replace('net_', ''): v for k, v in state_dict.items()}",
        '    return super().load_state_dict(new, strict=False)',
      ],
      { 'net_a.w': [2], 'net_b.w': [2], head: [3] },
      [A0, A1, B0, B1],
    ],
    [
      'load_state_dict falls back where the strict one raises',
      [
        'def load_state_dict(self, state_dict, strict=True):',
        '    try:',
        '        return super().load_state_dict(state_dict, strict)',
        '    except RuntimeError as error:',
        '        assert \'Unexpected key(s) in state_dict: "head"\' in str(error), str(error)',
        "        state_dict.pop('head')",
        '        return super().load_state_dict(state_dict, strict)',
      ],
      { 'a.w': [2], 'b.w': [2], head: [3] },
      [A0, A1, B0, B1],
    ],
    [
      'a hook afterwards clears what was unexpected',
      [
        '@self.register_load_state_dict_post_hook(self.forgive)',
        'def forgive(self, module, keys): keys.unexpected_keys.clear()',
      ],
      { 'a.w': [2], 'b.w': [2], head: [3] },
      [A0, A1, B0, B1],
    ],
    [
      'a buffer taken from the missing keys stays as constructed',
      [
        "@self.b.register_buffer('w2', torch.tensor([1., 2.]))",
        PRE_HOOK,
        CHANGE,
        '    pass',
        '@self.register_load_state_dict_post_hook(self.forgive)',
        "def forgive(self, module, keys): keys.missing_keys.remove('b.w2')",
        'def __call__(self, x): return torch.cat([self.a(x), self.b.w2 * x])',
      ],
      BOTH,
      [A0, A1, 1, 2],
    ],
  ] as const)('%s', async (_, net, weights, expected) => {
    const found = await loaded(twoParts([], net), weights)
    expectClose(found, expected)
  })

  it('a part does not see what its sibling did to the dict', async () => {
    const part = [
      LOAD,
      '    assert all(key.startswith(prefix) for key in sd), list(sd)',
      "    sd['b.w'] = sd['a.w'] = sd[prefix + 'w'] * 2",
      INHERITED,
    ]
    const net = [LOAD, "    assert list(sd) == ['a.w', 'b.w'] and prefix == ''", INHERITED]
    // What a part adds outside its prefix is of no module: strict loading passes over it.
    const found = await loaded(twoParts(part, net))
    const expected = [A0, A1, B0, B1].map((n) => 2 * n)
    expectClose(found, expected)
  })

  it('load_state_dict of a part is not called, nor anything while the model is constructed', async () => {
    const part = ['def load_state_dict(self, *args): raise ValueError()']
    const net = ["@nn.Module.load_state_dict(self, torch.load('weights.pt'))"]
    expect((await loaded(twoParts(part, net)))[3]).toBeCloseTo(B1, 5)
  })

  it.each([
    [[LOAD, '    pass'], 'Net computes with a.w, which its own way of loading weights left unfilled'],
    [[LOAD, '    pass'], 'a.w, b.w'],
    [
      [LOAD, '    super()._load_from_state_dict(fix(sd), prefix, *args)'],
      "'fix' is not defined (model.py:7)",
    ],
    [[PRE_HOOK, CHANGE, "    raise ValueError('old file')"], 'ValueError: old file (model.py:8)'],
    [[LOAD, "    del sd[prefix + 'w']", INHERITED], 'the model needs a.w, b.w, which the file lacks'],
    [
      [LOAD, "    sd[prefix + 'v'] = sd.pop(prefix + 'w')", INHERITED],
      'the model needs a.w (the file has a.v), b.w (the file has b.v), which the file lacks; the file has a.v, b.v, which the model lacks',
    ],
    [
      [LOAD, "    sd[prefix + 'w'] = sd[prefix + 'w'][:1]", INHERITED],
      'a.w: [1] in the file, [2] in the model, b.w',
    ],
    [[PRE_HOOK, CHANGE, "    errors.append('too old')"], 'too old'],
    [
      ['@self.register_load_state_dict_post_hook(self.after)', 'def after(self, module, keys): return keys'],
      'AssertionError: Hooks registered with',
    ],
    [['def set_extra_state(self, state): self.k = state'], 'Part overrides set_extra_state (model.py:6)'],
  ])('tells what goes wrong: %j', (part, text) => {
    const file = writtenModel(BOTH, { 'model.py': twoParts(part) })
    expect(() => convertWritten(file, { class: 'Net', inputs: INPUTS })).toThrow(text)
  })

  it.each([
    [[LOAD, '    """As it is."""', '    return super(Part, self)._load_from_state_dict(sd, prefix, *args)']],
    [['def set_extra_state(self, state): pass']],
  ])('converts without a warning where nothing changes: %j', (part) => {
    const file = writtenModel(BOTH, { 'model.py': twoParts(part) })
    expect(convertWritten(file, { class: 'Net', inputs: INPUTS }).warnings).toEqual([])
  })

  it.each(['', 'module.'])(
    'the version that torch.save recorded is told, under the prefix %j',
    async (prefix) => {
      const part = [LOAD, "    assert args[0].get('version') == 4, args[0]", INHERITED]
      const paths = prefix === '' ? ['', 'a', 'b'] : ['', 'module', 'module.a', 'module.b']
      const version = dict(str('version'), int(4))
      const metadata = dict(...paths.flatMap((path) => [str(path), version]))
      const state = call('collections', 'OrderedDict')
      const items = ['a.w', 'b.w'].map((name, at) => join([str(prefix + name), floats(String(at), 2), 's']))
      const root = join([state, ...items, dict(str('_metadata'), metadata), 'b'])
      const file = torchZip(root, { 0: f32(1, 2), 1: f32(3, 4) })
      const siblings = new Map([['model.py', Buffer.from(twoParts(part))]])
      expect(await outputOf(new MemorySource(file, 'net.pth', siblings))).toEqual([1, 2, 3, 4])
    },
  )
})
