import { describe, expect, it } from 'vitest'
import { recogniseTorch } from '../../../../src/formats/pytorch/container/index.ts'
import { pytorchWeights } from '../../../../src/formats/pytorch/frontends/index.ts'
import { MemorySource } from '../../../../src/graph/index.ts'
import { parseRequest } from '../../../../src/request/index.ts'
import { messageOf } from '../../../message-of.ts'
import { call, dict, global, join, raw, str, tuple } from '../pickle/pickle-writer.ts'
import { f32, floats, torchLegacy } from '../torch-writer.ts'
import { convertWritten, writtenModel } from './written-model.ts'

const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`

/** A stem and a head of two files, in the manner of papers' code. */
const FILES = {
  'model.py': lines(
    'from __future__ import annotations',
    'import os, cv2',
    'import torch, torch.nn as nn, torch.nn.functional as F',
    'from torch.utils.checkpoint import checkpoint',
    'from .parts import Stem',
    "__all__ = ['Net', 'net_small']",
    'def init(m):',
    '    if isinstance(m, nn.Linear): nn.init.kaiming_normal_(m.weight)',
    'class Net(nn.Module):',
    '    def __init__(self, width: int, classes: int = 4, pool="mean", **options):',
    '        super(Net, self).__init__()',
    '        self.stem = Stem(width, **options)',
    '        self.heads = nn.ModuleDict({"a": nn.Linear(width * 4, classes)})',
    '        self.pool, self.criterion = pool, nn.CrossEntropyLoss()',
    '        for name, head in self.heads.items(): setattr(self, f"head_{name}", head)',
    '        self.apply(init)',
    '        print(f"{sum(p.numel() for p in self.parameters())} parameters")',
    '    def forward(self, x: torch.Tensor) -> torch.Tensor:',
    '        print("in", x.shape)',
    '        assert x.dim() == 4, f"4 dims, not {x.shape}"',
    '        x = checkpoint(self.stem, x, use_reentrant=False)',
    '        if self.training: x = F.dropout(x, 0.5)',
    '        x = F.avg_pool2d(x, 2) if self.pool == "mean" else F.max_pool2d(x, 2)',
    '        return getattr(self, "head_a")(x.view(x.size(0), -1))',
    'def net_small(pretrained=True, **kwargs):',
    '    net = Net(2, **kwargs)',
    '    if pretrained: net.load_state_dict(torch.load(os.path.join(os.path.dirname(__file__), "net.pt")))',
    '    return net',
    'if __name__ == "__main__":',
    '    print(net_small(), cv2.imread("x"))',
  ),
  'parts.py': lines(
    'import torch.nn as nn',
    'class Stem(nn.Module):',
    '    def __init__(self, width, stride=1):',
    '        super().__init__()',
    '        self.layers = nn.Sequential(*[nn.Conv2d(3, width, 3, stride, 1), nn.BatchNorm2d(width), nn.ReLU()])',
    '    def forward(self, x): return self.layers(x)',
  ),
}

const WEIGHTS = {
  'stem.layers.0.weight': [2, 3, 3, 3],
  'stem.layers.0.bias': [2],
  ...Object.fromEntries(
    ['weight', 'bias', 'running_mean', 'running_var'].map((name) => [`stem.layers.1.${name}`, [2]]),
  ),
  'heads.a.weight': [4, 8],
  'heads.a.bias': [4],
  'head_a.weight': [4, 8],
  'head_a.bias': [4],
}

const net = () => writtenModel(WEIGHTS, FILES)
const image = [{ name: 'x', dims: [{ name: 'N' }, 3, 4, 4] }] as const

describe('source as people write it', () => {
  it.each([
    ['its class with args=', { class: 'Net', args: '{"width": 2}' }],
    ['a function of the file', { class: 'net_small', args: '{"pretrained": true}' }],
    ['the one class with a forward', { args: '[2, 4]' }],
  ])('converts by %s', (_, options) => {
    const { model, guards, warnings } = convertWritten(net(), { inputs: image, ...options })
    expect([guards, warnings]).toEqual([[], []])
    expect(model.graph.outputs.map(({ value }) => value.dims.length)).toEqual([2])
    expect([...model.graph.nodes()].map(({ op }) => op)).toEqual(
      expect.arrayContaining(['Conv', 'BatchNormalization', 'Relu', 'AveragePool']),
    )
  })

  it.each([
    [
      { class: 'Nett' },
      'model.py has no class or function Nett. Did you mean class=Net? It has init, Net, net_small',
    ],
    [{ class: 'Net' }, "Net needs width. It is Net(width, classes=4, pool='mean', **options)"],
    [{ class: 'net_small', args: '[true, 3]' }, 'net_small takes 1 positional arguments, not 2'],
    [
      { class: 'Net', args: '{"width": 2, "stridee": 3}' },
      "Stem.__init__() got an unexpected keyword argument 'stridee'",
    ],
    [
      { class: 'Net', args: '{"width": 2, "classes": 5}' },
      'heads.a.weight: [4,8] in the file, [5,8] in the model',
    ],
  ])('a wrong request is answered: %j', (options, text) => {
    expect(() => convertWritten(net(), { inputs: image, ...options })).toThrow(text)
  })

  it('several classes and a function are offered', () => {
    const source = writtenModel(WEIGHTS, {
      ...FILES,
      'model.py': FILES['parts.py'] + FILES['model.py'].replace('from .parts import Stem', ''),
    })
    expect(() => convertWritten(source, { inputs: image })).toThrow(
      'model.py has 2 classes with a forward method. Name the one of the whole model, or a function that makes it (init, net_small): class=Stem or class=Net.',
    )
  })
})

describe('a shape that is not told', () => {
  const model = (forward: string): string =>
    lines(
      'import torch, torch.nn as nn',
      'class Net(nn.Module):',
      '    def __init__(self):',
      '        super().__init__()',
      '        self.conv = nn.Conv2d(1, 2, 3)',
      '        self.table = nn.Embedding(5, 3)',
      `    ${forward}`,
    )
  const weights = { 'conv.weight': [2, 1, 3, 3], 'conv.bias': [2], 'table.weight': [5, 3] }

  it.each([
    'def forward(self, x): return self.conv(nn.functional.pad(x, (1, 1, 1, 1)))',
    'def forward(self, x, y, flag=False): return x + y',
    'def forward(self, ids, x, size=(2, 3)): return self.table(ids), x',
  ])('is asked for by a query that reads: %s', (forward) => {
    const message = messageOf(() =>
      convertWritten(writtenModel(weights, { 'model.py': model(forward) }), { inputs: [] }),
    )
    const [, query = ''] = /\?(input=[^\s]*?)[,.]?( |$)/.exec(message) ?? []
    const names = parseRequest(query).input.map(({ name }) => name)
    expect(names).toEqual(/self, (.*?)(?:, \w+=.*)?\): /.exec(forward)?.[1]?.split(', '))
  })

  it.each([
    [
      'def forward(self, x): return self.conv(nn.functional.pad(x, (1, 1, 1, 1)))',
      'The shape of x is not in the file. x enters a convolution of 1 channel, so it is f32[N,1,H,W]; the model runs at many sizes. Give it in the query, with the size you mean: ?input=x:f32[N,1,224,224].',
    ],
    [
      'def forward(self, x, y): return x + y',
      'The shapes of x and y are not in the file. No layer that x enters first tells its rank or dtype; No layer that y enters first tells its rank or dtype. Give them in the query, as in ?input=x:f32[N]&input=y:f32[N], each with the dims it has:',
    ],
    [
      'def forward(self, x, flag=False): return x + 1',
      'Give it in the query, such as ?input=x:f32[N,3,224,224] for an image, or x:i64[N,L=128] for token ids.',
    ],
    [
      'def forward(self, x, t, size=3): return self.conv(nn.functional.pad(x, (1, 1, 1, 1))) + t',
      'as in ?input=x:f32[N,1,224,224]&input=t:f32[N], each with',
    ],
    [
      'def forward(self, x): return self.conv(x) + torch.zeros(1, 3, 1, 1)',
      'no usual size evaluates, the last one since:',
    ],
  ])('is asked for by what is known of it: %s', (forward, text) => {
    expect(() => convertWritten(writtenModel(weights, { 'model.py': model(forward) }))).toThrow(text)
  })

  it('is seen behind assertions and branches on it', () => {
    const forward = lines(
      'def forward(self, ids, scale=None):',
      '        n, l = ids.shape',
      '        assert l < 9, f"{l} is too long"',
      '        if l > 8: ids = ids[:, :8]',
      '        return self.table(ids)',
    )
    const { model: made, assumptions } = convertWritten(writtenModel(weights, { 'model.py': model(forward) }))
    expect(made.graph.inputs.map(({ name, dtype, dims }) => [name, dtype, dims.length])).toEqual([
      ['ids', 'int64', 2],
    ])
    expect(assumptions).toEqual([
      'Input shapes ids:i64[N,L=8]: they follow from the first layers, with the batch dynamic',
    ])
  })
})

describe('a whole pickled model', () => {
  const stored = (module: string, withSource: boolean): MemorySource => {
    const type = withSource
      ? join([
          tuple(str('module'), global(module, 'Net'), str(`/x/${module}.py`), str('class Net: pass')),
          'Q',
        ])
      : global(module, 'Net')
    const empty = call('collections', 'OrderedDict')
    const state = dict(
      ...[str('_parameters'), dict(str('w'), floats('k0', 1))],
      ...[str('_buffers'), empty],
      ...[str('_modules'), empty],
    )
    const root = join([type, raw(')\x81'), state, raw('b')])
    return new MemorySource(torchLegacy(root, [['k0', f32(1), 4]]), 'net.pth')
  }

  it.each([
    [
      stored('vision', true),
      'net.pth holds a whole pickled model of class vision.Net, and no architecture. torch.save(model) keeps the weights and the names of classes; the text of vision.Net is in it too, but not what these import. Put the Python source that defines vision.Net beside it and add ?arch=./vision.py&class=Net',
    ],
    [
      stored('__main__', false),
      'torch.save(model) keeps the weights and the names of classes, not their source. Put the Python source that defines __main__.Net beside it and add ?arch=./model.py&class=Net',
    ],
  ])('says of which class it is, and how to go on', (source, text) => {
    expect(recogniseTorch(source)).toBe('pytorch-legacy')
    const options = { inputs: [], guards: 'warn' } as const
    expect(() => pytorchWeights.normalise(source, options)).toThrow(text)
  })
})

describe('a folder with a dot in its name', () => {
  it('is a folder like any other to relative imports, and in messages', () => {
    const source = (imported: string) =>
      writtenModel(
        { 'layer.weight': [2, 2], 'layer.bias': [2] },
        {
          'v1.2/model.py': lines(
            'import torch.nn as nn',
            `from ${imported} import block`,
            'class Net(nn.Module):',
            '    def __init__(self):',
            '        super().__init__()',
            '        self.layer = block()',
            '    def forward(self, x): return self.layer(x)',
          ),
          'v1.2/lib/python3.11/blocks.py': lines('from ...parts import block'),
          'v1.2/lib/blocks.py': lines('from ..parts import block'),
          'v1.2/parts.py': lines('import torch.nn as nn', 'def block(): return nn.Linear(2, 2)'),
        },
      )
    const inputs = [{ name: 'x', dims: [1, 2] }]
    for (const imported of ['.lib.blocks', '.parts', 'parts', 'lib.blocks']) {
      const { model } = convertWritten(source(imported), { arch: './v1.2/model.py', inputs })
      expect(model.graph.outputs.map(({ value }) => value.dims)).toEqual([[1, 2]])
    }
    const error = messageOf(() => convertWritten(source('.gone'), { arch: './v1.2/model.py', inputs }))
    expect(error).toContain('v1.2/model.py:6')
  })
})

describe('what this version lacks', () => {
  const net = (forward: string, init = 'pass') =>
    writtenModel(
      { w: [2, 2] },
      {
        'model.py': lines(
          'import torch, torch.nn as nn',
          'class Net(nn.Module):',
          '    def __init__(self):',
          '        super().__init__()',
          '        self.w = nn.Parameter(torch.zeros(2, 2))',
          `        ${init}`,
          `    def forward(self, x): return ${forward}`,
        ),
      },
    )
  const inputs = [{ name: 'x', dims: [1, 2, 4, 4] }]

  it.each([
    ['bin(3)', 'pass', 'This version does not know the builtin bin (model.py:7)'],
    [
      "nn.functional.interpolate(x, scale_factor=2, mode='lanczos')",
      'pass',
      'This version does not know interpolation mode lanczos (model.py:7)',
    ],
    [
      'x',
      'nn.MultiheadAttention(4, 2, add_bias_kv=True)',
      'This version does not know MultiheadAttention with add_bias_kv or add_zero_attn (model.py:6)',
    ],
  ])('is not blamed on the model: %s, %s', (forward, init, text) => {
    const message = messageOf(() => convertWritten(net(forward, init), { inputs }))
    expect(message).toContain(`[UNSUPPORTED_CONSTRUCT] ${text}`)
    expect(message).toContain('torch.jit.trace')
  })

  it('leaves to the model what is its own', () => {
    expect(messageOf(() => convertWritten(net('missing(x)'), { inputs }))).toContain('[MODEL_ERROR]')
    expect(messageOf(() => convertWritten(net('x', 'assert False, "never"'), { inputs }))).toContain(
      '[MODEL_ERROR] The model raises AssertionError: never',
    )
  })
})
