import { describe, expect, it } from 'vitest'
import { loadTorchFile, type TorchScriptFile } from '../../../../src/formats/pytorch/container/index.ts'
import { attributesOf } from '../../../../src/formats/pytorch/pickle/index.ts'
import { MemorySource } from '../../../../src/graph/bytes/index.ts'
import { tensorData } from '../../../../src/graph/tensor.ts'
import { writeZip, type ZipMember } from '../../../graph/bytes/zip-writer.ts'
import {
  call,
  dict,
  global,
  int,
  join,
  list,
  type Piece,
  pickle,
  str,
  tuple,
} from '../pickle/pickle-writer.ts'
import { f32, floats, storageId } from '../torch-writer.ts'

const CODE = 'class Net(Module):\n  def forward(self, x):\n    return torch.relu(x)\n'
const NET = join([
  global('__torch__', 'Net'),
  ')\x81',
  dict(str('w'), floats('0', 2), str('training'), '\x89'),
  'b',
])

const MEMBERS: Record<string, Uint8Array | string> = {
  'data.pkl': pickle(NET),
  'data/0': f32(1, 2),
  'code/__torch__.py': CODE,
  'constants.pkl': pickle(tuple(floats('0', 1))),
  'constants/0': f32(9),
  version: '3\n',
  'extra/labels.txt': 'cat\ndog\n',
}

const load = (changes: Record<string, Uint8Array | string | undefined> = {}): TorchScriptFile => {
  const members: ZipMember[] = Object.entries({ ...MEMBERS, ...changes }).flatMap(([name, data]) =>
    data === undefined ? [] : [{ name: `net/${name}`, data, deflate: name.startsWith('code/') }],
  )
  const file = loadTorchFile(new MemorySource(writeZip(members), 'net.pth'))
  if (file.kind !== 'torchscript') throw new Error(file.kind)
  return file
}

describe('a TorchScript archive', () => {
  it('gives its module with tensors and plain values', () => {
    const { root, version, mobile, extraFiles } = load()
    expect(root.class).toMatchObject({ module: '__torch__', name: 'Net' })
    expect(attributesOf(root)?.get('training')).toEqual({ kind: 'bool', value: false })
    expect({ version, mobile, extraFiles }).toEqual({ version: 3, mobile: false, extraFiles: ['labels.txt'] })
  })

  it('gives its source by file name', () => {
    expect(load().code.get('__torch__.py')?.text).toBe(CODE)
  })

  it('reads constants from their own records', () => {
    const [constant] = load().constants
    expect(constant?.kind === 'tensor' && [...tensorData(constant.view.tensor)]).toEqual([9])
  })

  it('prefers the version record of newer archives', () => {
    expect(load({ '.data/version': '10' }).version).toBe(10)
  })

  it('says what it was traced with, though the data are not there', () => {
    const traced = call(
      'torch.jit._pickle',
      'restore_type_tag',
      dict(
        str('forward'),
        call('torch.jit._pickle', 'restore_type_tag', list(floats('0', 2, 3)), str('List[Any]')),
      ),
      str('Dict[str, List[Any]]'),
    )
    const file = load({ 'traced_inputs.pkl': pickle(traced), 'traced_inputs/0': '' })
    const [input] = file.tracedInputs.get('forward') ?? []
    expect(input?.kind === 'tensor' && [input.view.dtype, input.view.dims]).toEqual(['float32', [2, 3]])
    expect(() => input?.kind === 'tensor' && input.view.tensor).toThrow('[TRUNCATED_FILE]')
  })

  it('marks a mobile archive that carries its source', () => {
    expect(load({ 'bytecode.pkl': pickle(')') }).mobile).toBe(true)
  })

  it.each<[string, Record<string, Uint8Array | string | undefined>]>([
    ['a root that is no module', { 'data.pkl': pickle('K\x01') }],
    ['constants that are no tuple', { 'constants.pkl': pickle('K\x01') }],
    ['no version', { version: undefined }],
    ['a version that is no number', { version: 'three' }],
    ['an unknown byte order', { byteorder: 'middle' }],
    ['no pickle', { 'data.pkl': undefined }],
  ])('is refused for %s', (_, changes) => {
    expect(() => load(changes)).toThrow('[CORRUPT_FILE]')
  })
})

describe('the Python lines behind generated code', () => {
  const PYTHON = 'def forward(self, x):\n    return x.relu()\n'
  const at = CODE.indexOf('torch.relu')
  const range = (offset: number, source: Piece, start: number): Buffer =>
    tuple(int(offset), tuple(source, int(start), int(start + 4)), int(0))

  it.each<[string, Piece]>([
    [
      'a table of texts',
      tuple(
        str('FORMAT_WITH_STRING_TABLE'),
        tuple(str('def forward(self, x):\n'), str('    return x.relu()\n'), str('net.py')),
        tuple(
          range(0, tuple(call('torch.jit._pickle', 'build_intlist', ']'), int(0), int(0)), 0),
          range(
            at,
            tuple(call('torch.jit._pickle', 'build_intlist', list(int(0), int(1))), int(2), int(40)),
            26,
          ),
        ),
      ),
    ],
    ['texts in place', tuple(range(at, tuple(str(PYTHON), str('net.py'), int(40)), 26))],
  ])('are found through %s', (_, debug) => {
    const code = load({ 'code/__torch__.py.debug_pkl': pickle(debug) }).code.get('__torch__.py')
    expect(code?.originOf(at + 3)).toEqual({ file: 'net.py', line: 41 })
    expect(code?.originOf(at - 1)).toBeUndefined()
  })

  it.each<[string, Uint8Array | undefined]>([
    ['absent', undefined],
    ['damaged', Buffer.from('nonsense')],
    ['something else', pickle(dict(str('a'), storageId({ storage: '0', length: 1 })))],
    ['of another shape', pickle(tuple(int(1), tuple(int(2), 'N'), tuple(int(3), tuple('N', 'N'))))],
  ])('are unknown when the record is %s', (_, debug) => {
    const code = load({ 'code/__torch__.py.debug_pkl': debug }).code.get('__torch__.py')
    expect(code?.originOf(at)).toBeUndefined()
  })
})
