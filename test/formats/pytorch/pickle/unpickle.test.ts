import { describe, expect, it } from 'vitest'
import { type PickleValue, unpickle, unpickleAt } from '../../../../src/formats/pytorch/pickle/index.ts'
import { MemorySource } from '../../../../src/graph/bytes/index.ts'
import {
  call,
  dict,
  get,
  global,
  int,
  join,
  list,
  type Piece,
  pickle,
  put,
  raw,
  str,
  tuple,
  u32,
  u64,
} from './pickle-writer.ts'
import { plain } from './plain.ts'

const load = (...pieces: Piece[]): PickleValue => unpickle(new MemorySource(join(pieces), 'data.pkl'))
const loadPlain = (...pieces: Piece[]): unknown => plain(load(pickle(...pieces)))

describe('unpickle, scalars', () => {
  it.each<[string, Piece, unknown]>([
    ['None', 'N', null],
    ['True', '\x88', true],
    ['False', '\x89', false],
    ['True of protocol 0', 'I01\n', true],
    ['INT', 'I-12\n', -12],
    ['BININT', int(-5), -5],
    ['BININT1', 'K\xff', 255],
    ['BININT2', 'M\x01\x02', 513],
    ['LONG', 'L-99L\n', -99],
    ['LONG beyond 2^53', 'L9007199254740993L\n', 9007199254740993n],
    ['LONG1', '\x8a\x02\x00\xff', -256],
    ['LONG1 of no bytes', '\x8a\x00', 0],
    ['LONG1 of 64 bits', '\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f', 9223372036854775807n],
    ['LONG4', join(['\x8b', u32(3), '\x00\x00\x01']), 65536],
    ['FLOAT', 'F-1e3\n', { float: -1000 }],
    ['FLOAT inf', 'F-inf\n', { float: Number.NEGATIVE_INFINITY }],
    ['BINFLOAT', 'G\x3f\xf8\x00\x00\x00\x00\x00\x00', { float: 1.5 }],
    ['a float without fraction', 'G\x40\x00\x00\x00\x00\x00\x00\x00', { float: 2 }],
    ['STRING', "S'a\\x41\\n\\101\\''\n", "aA\nA'"],
    ['STRING that is no text', "S'\\xff'\n", { bytes: [255] }],
    ['BINSTRING', join(['T', u32(2), 'hi']), 'hi'],
    ['SHORT_BINSTRING that is no text', 'U\x02\xff\xfe', { bytes: [255, 254] }],
    ['UNICODE', 'V\\u00e9\\U0001f600\n', 'é😀'],
    ['BINUNICODE', str('é'), 'é'],
    ['SHORT_BINUNICODE', '\x8c\x02hi', 'hi'],
    ['BINUNICODE8', join(['\x8d', u64(2n), 'hi']), 'hi'],
    ['a text that begins with a byte order mark', str('\ufeffx'), '\ufeffx'],
    ['BINBYTES', join(['B', u32(2), '\x00\xff']), { bytes: [0, 255] }],
    ['SHORT_BINBYTES', 'C\x01\x07', { bytes: [7] }],
    ['BINBYTES8', join(['\x8e', u64(1n), '\x07']), { bytes: [7] }],
    ['BYTEARRAY8', join(['\x96', u64(1n), '\x07']), { bytes: [7] }],
  ])('reads %s', (_, piece, expected) => {
    expect(loadPlain(piece)).toEqual(expected)
  })

  it('reads bytes longer than its window, and what follows them', () => {
    const long = Buffer.alloc(200_000, 7)
    const value = load(pickle(tuple(join(['B', u32(long.byteLength)]), long, str('end'))))
    expect(value.kind === 'tuple' && value.items.map((item) => item.kind)).toEqual(['bytes', 'string'])
  })
})

describe('unpickle, containers', () => {
  it.each<[string, Piece, unknown]>([
    ['APPEND', join([']', 'N', 'a', '\x88', 'a']), { list: [null, true] }],
    ['APPENDS', list('N', '\x88'), { list: [null, true] }],
    ['LIST', '(NNl', { list: [null, null] }],
    ['TUPLE', '(N\x88t', [null, true]],
    ['EMPTY_TUPLE', ')', []],
    ['TUPLE1', 'N\x85', [null]],
    ['TUPLE2', 'K\x01K\x02\x86', [1, 2]],
    ['TUPLE3', 'K\x01K\x02K\x03\x87', [1, 2, 3]],
    ['DICT', '(K\x01K\x02d', { dict: [[1, 2]] }],
    ['SETITEM', '}K\x01K\x02s', { dict: [[1, 2]] }],
    [
      'SETITEMS',
      dict('K\x01', 'K\x02', 'K\x03', 'K\x04'),
      {
        dict: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    ['EMPTY_SET and ADDITEMS', '\x8f(K\x01K\x02\x90', { set: [1, 2] }],
    ['FROZENSET', '(K\x01\x91', { set: [1] }],
    ['DUP', join([']', '2', 'a', '0', 'N']), null],
    ['POP_MARK', 'N(K\x01K\x021', null],
    ['POP of a mark', 'N(0', null],
    ['memo in text form', 'K\x05p300\n0g300\n', 5],
    ['memo of 32 bits', join(['K\x05', 'r', u32(70_000), '0', 'j', u32(70_000)]), 5],
  ])('reads %s', (_, piece, expected) => {
    expect(loadPlain(piece)).toEqual(expected)
  })

  it('numbers memoized values in order', () => {
    expect(loadPlain('K\x05\x94K\x06\x94', get(1), get(0), '\x86')).toEqual([6, 5])
  })

  it('keeps identity, and cycles', () => {
    const value = load(pickle(']', put(0), get(0), 'a'))
    expect(value.kind === 'list' && value.items[0] === value).toBe(true)
  })

  it('has one key for 1, 1.0 and True, as Python does, and keeps its first spelling', () => {
    expect(
      loadPlain(dict('K\x01', str('a'), '\x88', str('b'), 'G\x3f\xf0\x00\x00\x00\x00\x00\x00', str('c'))),
    ).toEqual({
      dict: [[1, 'c']],
    })
  })

  it('compares tuples as keys by content, and never mistakes text for them', () => {
    const key = tuple('K\x01', str('a'))
    expect(loadPlain(dict(key, 'N', key, '\x88', str('\0t(n1,"a",)'), '\x89'))).toEqual({
      dict: [
        [[1, 'a'], true],
        ['\0t(n1,"a",)', false],
      ],
    })
  })

  it('keeps keys named like members of Object.prototype', () => {
    const value = load(pickle(dict(str('__proto__'), 'K\x01', str('constructor'), 'K\x02')))
    expect(value.kind === 'dict' && [...value.named()].map(([name]) => name)).toEqual([
      '__proto__',
      'constructor',
    ])
    expect(value.kind === 'dict' && value.get('toString')).toBe(undefined)
  })
})

describe('unpickle, classes and calls', () => {
  it.each<[string, Piece, unknown]>([
    ['a class', global('torch.nn', 'Linear'), { class: 'torch.nn.Linear' }],
    ['STACK_GLOBAL', join([str('torch.nn'), str('Linear'), '\x93']), { class: 'torch.nn.Linear' }],
    ['Python 2 names of modules', global('__builtin__', 'object'), { class: 'builtins.object' }],
    ['a call of an unknown function', call('os', 'system', str('x')), { object: 'os.system', args: ['x'] }],
    ['INST', join(['(', str('x'), 'ios\nsystem\n']), { object: 'os.system', args: ['x'] }],
    ['OBJ', join(['(', global('os', 'system'), str('x'), 'o']), { object: 'os.system', args: ['x'] }],
    [
      'NEWOBJ with a state',
      join([global('m', 'C'), ')\x81', dict(str('a'), 'K\x01'), 'b']),
      { object: 'm.C', state: { dict: [['a', 1]] } },
    ],
    [
      'NEWOBJ_EX',
      join([global('m', 'C'), ')', dict(str('k'), 'K\x01'), '\x92']),
      { object: 'm.C', kwargs: { dict: [['k', 1]] } },
    ],
    ['a subclass of list', join([global('m', 'L'), ')\x81', 'K\x01', 'a']), { object: 'm.L', items: [1] }],
    [
      'a subclass of dict',
      join([global('m', 'D'), ')\x81', 'K\x01', 'K\x02', 's']),
      { object: 'm.D', entries: { dict: [[1, 2]] } },
    ],
    [
      'an old object',
      call('copy_reg', '_reconstructor', global('m', 'C'), global('__builtin__', 'object'), 'N'),
      { object: 'm.C' },
    ],
    [
      'a nested class',
      call('__builtin__', 'getattr', global('m', 'Outer'), str('Inner')),
      { class: 'm.Outer.Inner' },
    ],
    ['a call of a value', join(['K\x05', ')R']), { object: 'builtins.<call of a value>', args: [5] }],
    ['OrderedDict', call('collections', 'OrderedDict', list(tuple(str('a'), 'K\x01'))), { dict: [['a', 1]] }],
    [
      'defaultdict',
      join([call('collections', 'defaultdict', global('__builtin__', 'list')), 'K\x01', 'K\x02', 's']),
      { dict: [[1, 2]] },
    ],
    ['set', call('__builtin__', 'set', list('K\x01')), { set: [1] }],
    [
      'complex',
      call('__builtin__', 'complex', 'G\x3f\xf0\0\0\0\0\0\0', 'G\x40\0\0\0\0\0\0\0'),
      { re: 1, im: 2 },
    ],
    ['bytes of protocol 2', call('_codecs', 'encode', str('\xff\0'), str('latin1')), { bytes: [255, 0] }],
    ['no bytes of protocol 2', call('__builtin__', 'bytes'), { bytes: [] }],
    ['torch.Size', call('torch', 'Size', tuple('K\x01', 'K\x02')), [1, 2]],
    ['a dtype', global('torch', 'float16'), { dtype: 'float16' }],
    [
      'a numpy scalar',
      call('numpy.core.multiarray', 'scalar', numpyDType('i8'), str('\x07\0\0\0\0\0\0\0')),
      7,
    ],
    [
      'a numpy float16',
      call('numpy._core.multiarray', 'scalar', numpyDType('f2'), join(['C\x02', '\x00\x3e'])),
      { float: 1.5 },
    ],
    [
      'a list of ints with its type',
      call('torch.jit._pickle', 'build_intlist', list('K\x01')),
      { list: [1] },
    ],
  ])('reads %s', (_, piece, expected) => {
    expect(loadPlain(piece)).toEqual(expected)
  })

  it("keeps an OrderedDict's attributes apart from its keys", () => {
    const value = load(
      pickle(
        call('collections', 'OrderedDict'),
        str('weight'),
        'K\x01',
        's',
        dict(str('_metadata'), 'N'),
        'b',
      ),
    )
    expect(plain(value)).toEqual({ dict: [['weight', 1]] })
    expect(value.kind === 'dict' && value.attributes?.get('_metadata')?.kind).toBe('none')
  })

  it('restores the type that TorchScript recorded', () => {
    const value = load(pickle(call('torch.jit._pickle', 'restore_type_tag', ']', str('List[Tensor]'))))
    expect(value.kind === 'list' && value.typeTag).toBe('List[Tensor]')
  })

  it('gives the place behind the pickle, for the next one', () => {
    const two = Buffer.concat([pickle('K\x01'), pickle('K\x02')])
    const first = unpickleAt(new MemorySource(two), 0)
    expect(plain(unpickleAt(new MemorySource(two), first.end).value)).toBe(2)
  })
})

describe('a damaged or hostile pickle', () => {
  const nested = (depth: number) => raw(']'.repeat(depth) + 'a'.repeat(depth - 1))
  // Each tuple holds the one before it twice: its text would double 60 times.
  const folded = join([
    ')',
    put(0),
    '0',
    ...Array.from({ length: 60 }, () => join([get(0), get(0), '\x86', put(0), '0'])),
    get(0),
  ])

  it.each<[string, string, Piece]>([
    [
      'an unknown opcode',
      'CORRUPT_FILE] A pickle is damaged: opcode 0xff does not exist (data.pkl, byte 2)',
      '\xff',
    ],
    ['an empty stack', 'CORRUPT_FILE] A pickle is damaged: REDUCE finds too few values', 'R'],
    ['no mark', 'CORRUPT_FILE] A pickle is damaged: TUPLE finds no mark', 'Nt'],
    ['a value from below a mark', 'CORRUPT_FILE', 'N(a'],
    ['an unknown memo', 'CORRUPT_FILE] A pickle is damaged: BINGET asks for value 9', get(9)],
    ['protocol 6', 'CORRUPT_FILE', '\x80\x06N'],
    ['a key without a value', 'CORRUPT_FILE', '}(Nu'],
    ['an item set on a list', 'CORRUPT_FILE', ']NNs'],
    ['a call without a tuple', 'CORRUPT_FILE', join([global('m', 'C'), 'NR'])],
    ['text where a number belongs', 'CORRUPT_FILE', 'Iten\n'],
    ['a hexadecimal float', 'CORRUPT_FILE', 'F0x10\n'],
    ['a reference to the outside', 'CORRUPT_FILE', 'K\x01Q'],
    ['a string longer than the file', 'TRUNCATED_FILE', join(['X', u32(2 ** 31)])],
    ['bytes longer than any file', 'TRUNCATED_FILE', join(['\x8e', u64(2n ** 63n)])],
    ['a frame longer than the file', 'TRUNCATED_FILE', join(['\x95', u64(1000n)])],
    ['a line without an end', 'TRUNCATED_FILE', 'cmodule'],
    ['a negative length', 'CORRUPT_FILE', 'T\xff\xff\xff\xff'],
    ['a huge LONG1', 'LIMIT_EXCEEDED', join(['\x8b', u32(1 << 20), Buffer.alloc(1 << 20)])],
    ['a huge LONG of text', 'LIMIT_EXCEEDED', `L${'9'.repeat(100_000)}L\n`],
    ['an extension code', 'UNSUPPORTED_CONSTRUCT', '\x82\x01'],
    ['an out-of-band buffer', 'UNSUPPORTED_CONSTRUCT', '\x97'],
    ['an exponential key', 'LIMIT_EXCEEDED', join(['}', folded, 'N', 's'])],
    ['a deep key', 'LIMIT_EXCEEDED', join(['}', ')', raw('\x85'.repeat(100_000)), 'N', 's'])],
    [
      'a list copied without end',
      'LIMIT_EXCEEDED',
      join([
        list(...Array.from({ length: 20_000 }, () => 'N')),
        '\x85',
        put(0),
        global('builtins', 'list'),
        put(1),
        ...Array.from({ length: 2_000 }, () => join([get(1), get(0), 'R0'])),
      ]),
    ],
    ['a stack without end', 'LIMIT_EXCEEDED', raw('N'.repeat(4_000_001))],
  ])('is refused: %s', (_, message, piece) => {
    expect(() => load(pickle(piece))).toThrow(`[${message}`)
  })

  it('says at which byte it ends, wherever it is cut', () => {
    const whole = pickle(dict(str('a'), list('K\x01', 'M\x01\x02'), str('b'), call('m', 'C', 'N')))
    for (let length = 0; length < whole.byteLength; length++) {
      expect(() => load(whole.subarray(0, length))).toThrow('[TRUNCATED_FILE] data.pkl ends too early')
    }
  })

  it('may nest without bound, since nothing recurses', () => {
    expect(load(pickle(nested(500_000))).kind).toBe('list')
  })
})

/** `numpy.dtype(code, False, True)` with its byte order. */
function numpyDType(code: string): Buffer {
  return join([call('numpy', 'dtype', str(code), '\x89', '\x88'), tuple('K\x03', str('<'), 'N'), 'b'])
}
