import { describe, expect, it } from 'vitest'
import {
  loadTorchFile,
  type StateDictOptions,
  stateDictOf,
  weightSetsOf,
} from '../../../../src/formats/pytorch/container/index.ts'
import { MemorySource } from '../../../../src/graph/bytes/index.ts'
import { call, dict, get, global, int, join, type Piece, put, str, tuple } from '../pickle/pickle-writer.ts'
import { f32, floats, storageId, torchZip } from '../torch-writer.ts'

const W = floats('0', 2)
const STORAGES = { 0: f32(1, 2), 1: f32(3, 4) }

const stateDict = (root: Piece, options?: StateDictOptions) => {
  const file = loadTorchFile(new MemorySource(torchZip(root, STORAGES), 'net.pth'))
  if (file.kind !== 'saved') throw new Error(file.kind)
  return stateDictOf(file.root, options)
}

const module = (name: string, attributes: Record<string, Piece>): Buffer =>
  join([
    global('net', name),
    ')\x81',
    dict(...Object.entries(attributes).flatMap(([key, value]) => [str(key), value])),
    'b',
  ])

describe('stateDictOf', () => {
  it.each<[string, Piece, string[], string, string[]]>([
    ['a state dict', dict(str('fc.weight'), W), [], '', ['fc.weight']],
    [
      'a checkpoint',
      dict(str('epoch'), 'K\x01', str('state_dict'), dict(str('w'), W)),
      ['state_dict'],
      '',
      ['w'],
    ],
    [
      'a checkpoint within a checkpoint',
      dict(
        str('ema'),
        dict(str('module'), dict(str('w'), W)),
        str('optimizer'),
        dict(str('state'), dict('K\x00', W)),
      ),
      ['ema', 'module'],
      '',
      ['w'],
    ],
    [
      'the raw weights before their average',
      dict(str('params_ema'), dict(str('w'), W), str('params'), dict(str('w'), W)),
      ['params'],
      '',
      ['w'],
    ],
    [
      'one set under a name of its own',
      dict(str('mine'), dict(str('w'), W), str('lr'), 'N'),
      ['mine'],
      '',
      ['w'],
    ],
    [
      'a checkpoint with a tensor beside the weights',
      dict(str('mean'), W, str('state_dict'), dict(str('w'), W)),
      ['state_dict'],
      '',
      ['w'],
    ],
    [
      'a nested state dict',
      dict(str('enc'), dict(str('w'), W), str('dec'), dict(str('w'), W)),
      [],
      '',
      ['enc.w', 'dec.w'],
    ],
    ['names from DataParallel', dict(str('module.a'), W, str('module.b'), W), [], 'module.', ['a', 'b']],
    [
      'names wrapped twice',
      dict(str('module._orig_mod.a'), W, str('module._orig_mod.b'), W),
      [],
      'module._orig_mod.',
      ['a', 'b'],
    ],
    [
      'a name that repeats its prefix',
      dict(str(`${'net.'.repeat(20)}w`), W),
      [],
      'net.'.repeat(8),
      [`${'net.'.repeat(12)}w`],
    ],
    ['a prefix that not all names share', dict(str('module.a'), W, str('b'), W), [], '', ['module.a', 'b']],
    ['a name that is nothing but a prefix', dict(str('module.'), W), [], '', ['module.']],
  ])('finds the weights in %s', (_, root, path, prefix, names) => {
    const found = stateDict(root)
    expect(found.path).toEqual(path)
    expect(found.prefix).toBe(prefix)
    expect([...found.tensors.keys()]).toEqual(names)
  })

  it('tells what lies among and beside the weights', () => {
    const found = stateDict(
      dict(str('arch'), str('resnet18'), str('state_dict'), dict(str('w'), W, str('_extra_state'), 'N')),
    )
    expect(found.ignored).toEqual(['_extra_state'])
    expect(found.beside.get('arch')).toEqual({ kind: 'string', value: 'resnet18' })
  })

  it('takes NumPy arrays for weights', () => {
    const dtype = join([
      call('numpy', 'dtype', str('f4'), '\x89', '\x88'),
      tuple('K\x03', str('<'), 'N'),
      'b',
    ])
    const array = join([
      call('numpy.core.multiarray', '_reconstruct', global('numpy', 'ndarray'), tuple('K\x00'), 'C\x01b'),
      tuple('K\x01', tuple('K\x02'), dtype, '\x89', join(['C\x08', f32(5, 6)])),
      'b',
    ])
    expect(stateDict(dict(str('w'), array)).tensors.get('w')).toMatchObject({ dtype: 'float32', dims: [2] })
  })

  it('names the weights of a whole module as its own state_dict would, with the classes', () => {
    const child = module('Block', {
      _parameters: dict(
        str('weight'),
        call('torch._utils', '_rebuild_parameter', W, '\x88', 'N'),
        str('bias'),
        'N',
      ),
      _buffers: dict(str('mean'), floats('1', 2), str('mask'), floats('1', 2)),
      _non_persistent_buffers_set: call('__builtin__', 'set', join([']', '(', str('mask'), 'e'])),
      _modules: dict(),
    })
    const root = module('Net', { _parameters: dict(), _buffers: dict(), _modules: dict(str('body'), child) })
    const found = stateDict(dict(str('model'), root, str('epoch'), 'K\x03'))
    expect([...found.tensors.keys()]).toEqual(['body.weight', 'body.mean'])
    expect(found.classes).toEqual(
      new Map([
        ['', 'net.Net'],
        ['body', 'net.Block'],
      ]),
    )
  })

  it.each<[string, string[]]>([
    ['ema', ['ema']],
    ['nets.a.b', ['nets', 'a.b']],
    ['nets.c', ['nets', 'c']],
  ])('follows weights=%s', (weights, path) => {
    const nets = dict(str('a.b'), dict(str('w'), W), str('c'), dict(str('w'), W))
    const root = dict(str('model'), dict(str('w'), W), str('ema'), dict(str('w'), W), str('nets'), nets)
    expect(stateDict(root, { weights }).path).toEqual(path)
  })

  it('names the nearest set for weights that are not there', () => {
    const root = dict(str('params'), dict(str('w'), W), str('params_ema'), dict(str('w'), W))
    expect(() => stateDict(root, { weights: 'param_ema' })).toThrow(
      '[BAD_QUERY_VALUE] weights=param_ema names nothing in the file. There is params, params_ema. Did you mean weights=params_ema?',
    )
  })

  it.each<[string, string, Piece]>([
    ['no weights', 'UNSUPPORTED_FORMAT', dict(str('epoch'), 'K\x01')],
    ['a lone tensor', 'UNSUPPORTED_FORMAT', W],
    ['a list of tensors', 'UNSUPPORTED_FORMAT', join([']', W, 'a'])],
    ['a call of os.system', 'UNSUPPORTED_FORMAT', call('os', 'system', str('true'))],
    [
      'a dict that holds itself',
      'LIMIT_EXCEEDED',
      join(['}', put(0), str('a'), get(0), 's', str('b'), W, 's']),
    ],
    [
      'a module that holds itself',
      'LIMIT_EXCEEDED',
      join([
        global('net', 'Net'),
        ')\x81',
        put(0),
        dict(str('_modules'), dict(str('me'), get(0)), str('_parameters'), dict(str('w'), W)),
        'b',
      ]),
    ],
    [
      'a quantised weight',
      'UNSUPPORTED_CONSTRUCT',
      dict(
        str('w'),
        call(
          'torch._utils',
          '_rebuild_qtensor',
          storageId({ storage: '0', type: 'QInt8Storage', length: 8 }),
          int(0),
          tuple(int(8)),
          tuple(int(1)),
          tuple(global('torch', 'per_tensor_affine'), 'G\x3f\xf0\0\0\0\0\0\0', int(0)),
          '\x89',
          'N',
        ),
      ),
    ],
  ])('refuses %s', (_, code, root) => {
    expect(() => stateDict(root)).toThrow(`[${code}]`)
  })

  it('refuses modules shared so often that their names have no end', () => {
    const leaf = module('Leaf', { _modules: dict(), _parameters: dict(str('w'), W) })
    const levels = Array.from({ length: 40 }, () =>
      join([module('Twice', { _modules: dict(str('a'), get(0), str('b'), get(0)) }), put(0), '0']),
    )
    expect(() => stateDict(join([leaf, put(0), '0', ...levels, get(0)]))).toThrow('[LIMIT_EXCEEDED]')
  })
})

describe('weights= of a file that has no sets', () => {
  it('is answered by what the file is', () => {
    expect(() => stateDict(dict(str('a'), W, str('b'), W), { weights: 'ema' })).toThrow(
      'weights=ema names nothing in the file. It is a plain state dict of 2 tensors, without sets of weights to choose from. Leave weights out.',
    )
    const nested = dict(str('net'), dict(str('a'), W))
    expect(() => stateDict(nested, { weights: 'net.ema' })).toThrow(
      'net is a plain state dict of 1 tensor, without sets of weights to choose from. Write weights=net.',
    )
  })
})

describe('weightSetsOf', () => {
  const sets = (root: Piece) => {
    const file = loadTorchFile(new MemorySource(torchZip(root, STORAGES), 'net.pth'))
    return file.kind === 'saved' ? weightSetsOf(file.root) : undefined
  }

  it('counts what lies in each entry of a checkpoint, under keys of any kind', () => {
    const optimizer = dict(str('state'), dict('K\x00', dict(str('exp_avg'), W)))
    const root = dict(
      str('state_dict'),
      dict(str('a'), W, str('b'), W),
      str('optimizer'),
      optimizer,
      str('epoch'),
      'K\x01',
    )
    expect(sets(root)).toEqual([
      { name: 'state_dict', tensors: 2 },
      { name: 'optimizer', tensors: 1 },
    ])
  })

  it('finds none in a plain state dict or a module', () => {
    expect(sets(dict(str('a'), W))).toEqual([])
    expect(sets(module('Net', { weight: W }))).toEqual([])
  })
})
