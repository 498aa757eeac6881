import { describe, expect, it } from 'vitest'
import { MemorySource } from '../../../../src/graph/index.ts'
import { call, dict, global, int, join, type Piece, raw, str, tuple } from '../pickle/pickle-writer.ts'
import { f32, floats, torchZip } from '../torch-writer.ts'
import { convertWritten } from './written-model.ts'

const SOURCE = [
  'import torch, torch.nn as nn',
  'class Net(nn.Module):',
  '    def __init__(self, k=1.0, size=(1, 2)):',
  '        super().__init__()',
  '        self.k, self.size, self.steps = k, size, [0]',
  '        self.w = nn.Parameter(torch.zeros(2))',
  '        self.act = nn.LeakyReLU(0.1 * k)',
  '    def forward(self, x): return self.act(x * self.w) * self.k',
  '',
].join('\n')

const convert = (root: Piece, options: { args?: string; weights?: string } = {}) => {
  const data = torchZip(root, { a: f32(1, 2), b: f32(3, 4) })
  const source = new MemorySource(data, 'net.pth', new Map([['model.py', Buffer.from(SOURCE)]]))
  return convertWritten(source, { inputs: [{ name: 'x', dims: [2] }], ...options })
}

const float = (value: number): Buffer => {
  const bytes = Buffer.alloc(9)
  bytes.write('G', 0, 'latin1')
  bytes.writeDoubleBE(value, 1)
  return bytes
}
const weights = (storage: string, name = 'w'): Buffer => dict(str(name), floats(storage, 2))

describe('a file with several sets of weights', () => {
  it.each([
    [['params', 'params_ema'], 'Weights of params; params_ema holds such too: weights=params_ema'],
    [['ema', 'state_dict'], 'Weights of state_dict; ema holds such too: weights=ema'],
    [['best_model', 'model'], 'Weights of model; best_model holds such too: weights=best_model'],
  ])('that fit alike says which was taken: %j', ([first = '', second = ''], text) => {
    const root = dict(str(first), weights('a'), str(second), weights('b'))
    expect(convert(root).assumptions).toEqual([text])
    expect(convert(root, { weights: first }).assumptions).toEqual([])
  })

  it('says nothing of those that do not fit', () => {
    const root = dict(str('generator'), weights('a'), str('discriminator'), weights('b', 'v'))
    expect(convert(root).assumptions).toEqual([])
  })

  it('names them where none is the model’s', () => {
    const nested = dict(str('netD'), weights('a', 'v'), str('netG'), weights('b'))
    expect(() => convert(nested)).toThrow('The file holds netD, netG: weights=netG.')
    const passed = dict(str('model'), weights('a', 'v'), str('other'), weights('b', 'u'))
    expect(() => convert(passed)).toThrow('The file holds model, other: weights=other.')
  })

  it('a name that one of them contains is completed', () => {
    const root = dict(str('model'), weights('a'), str('ema_decay'), int(1), str('model_ema'), weights('b'))
    expect(() => convert(root, { weights: 'ema' })).toThrow('Did you mean weights=model_ema?')
  })
})

const module = (type: Buffer, ...state: Piece[]): Buffer =>
  join([type, raw(')\x81'), dict(...state), raw('b')])
const pickled = (...settings: Piece[]): Buffer => {
  const empty = call('collections', 'OrderedDict')
  const registries = (parameters: Piece, modules: Piece): Piece[] => [
    ...[str('_parameters'), parameters],
    ...[str('_buffers'), empty],
    ...[str('_modules'), modules],
  ]
  const leaky = global('torch.nn.modules.activation', 'LeakyReLU')
  const act = module(leaky, ...registries(empty, empty), str('negative_slope'), float(0.1))
  return module(
    global('model', 'Net'),
    ...registries(weights('a'), dict(str('act'), act)),
    ...[str('training'), '\x88'],
    ...settings,
  )
}

describe('a whole pickled model', () => {
  it('converts where its settings are those of the source', () => {
    const root = pickled(str('k'), int(1), str('size'), tuple(int(1), int(2)), str('unknown'), int(5))
    expect(convert(root).warnings).toEqual([])
  })

  it.each([
    [[str('k'), float(3)], undefined, 'k is 3.0 in the file, and 1.0 as arch= makes it'],
    [
      [str('size'), tuple(int(1), int(3))],
      undefined,
      'size is (1, 3) in the file, and (1, 2) as arch= makes it',
    ],
    [[str('k'), 'N'], undefined, 'k is None in the file, and 1.0 as arch= makes it'],
    [[str('k'), float(2)], '{"k":2.0}', 'act.negative_slope is 0.1 in the file, and 0.2 as arch= makes it'],
  ])('is refused where they differ: %#', (settings, args, text) => {
    expect(() => convert(pickled(...settings), args === undefined ? {} : { args })).toThrow(text)
  })
})

describe('a checkpoint that records its arguments', () => {
  const root = dict(
    ...[str('state_dict'), weights('a')],
    ...[
      str('hyper_parameters'),
      dict(str('k'), float(3), str('size'), tuple(int(1), int(2)), str('lr'), int(4)),
    ],
  )
  const text = 'The file records hyper_parameters that the model is not made with: give args={"k":3.0}'

  it('warns where they are not given', () => {
    expect(convert(root).warnings).toEqual([text])
    expect(convert(root, { args: '{"k": 3.0}' }).warnings).toEqual([])
  })
})
