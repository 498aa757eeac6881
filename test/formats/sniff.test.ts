import { describe, expect, it } from 'vitest'
import { ModelError } from '../../src/errors/index.ts'
import { type FormatName, sniff, sniffOrExplain } from '../../src/formats/sniff.ts'
import { MemorySource } from '../../src/graph/bytes/index.ts'
import { writeZip } from '../graph/bytes/zip-writer.ts'
import { dict, pickle, raw, str, tuple } from './pytorch/pickle/pickle-writer.ts'
import { f32, floats, torchLegacy, torchZip, writeSafetensors, writeTar } from './pytorch/torch-writer.ts'

const zip = (...names: string[]): Buffer => writeZip(names.map((name) => ({ name, data: 'x' })))
const NPY = Buffer.concat([
  raw('\x93NUMPY\x01\x00\x46\x00'),
  raw("{'descr': '<f4', 'fortran_order': False, 'shape': (), }".padEnd(69)),
  raw('\n'),
  f32(1),
])

/** A protobuf field whose content is bytes. */
const field = (number: number, ...content: (Uint8Array | string)[]): Buffer => {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part)))
  return Buffer.concat([Buffer.of(number * 8 + 2, bytes.byteLength), bytes])
}
const varint = (number: number, value: number): Buffer => Buffer.of(number * 8, value)

const FILES: readonly (readonly [FormatName, Uint8Array])[] = [
  ['pytorch-saved', torchZip(dict(str('w'), floats('0', 1)), { 0: f32(1) })],
  ['pytorch-legacy', torchLegacy(dict(), [])],
  ['pytorch-tar', writeTar({ sys_info: pickle('N'), pickle: pickle('N'), storages: pickle('N') })],
  ['torchscript', zip('net/data.pkl', 'net/constants.pkl', 'net/code/__torch__.py', 'net/version')],
  ['torchscript-1.0', zip('net/model.json', 'net/tensors/0')],
  ['pt2', zip('net/models/model.json')],
  ['pt2', zip('serialized_exported_program.json')],
  ['aotinductor', zip('net/data/aotinductor/model/a.so')],
  ['torch-package', zip('net/.data/extern_modules')],
  ['safetensors', writeSafetensors({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }, f32(1))],
  ['executorch', raw('\x1c\0\0\0ET12....')],
  ['torch-mobile', raw('\x1c\0\0\0PTMF....')],
  ['tflite', raw('\x1c\0\0\0TFL3....')],
  ['ort', raw('\x1c\0\0\0ORTM....')],
  ['hdf5', raw('\x89HDF\r\n\x1a\n........')],
  ['hdf5', Buffer.concat([Buffer.alloc(512), raw('\x89HDF\r\n\x1a\n........')])],
  ['keras', zip('metadata.json', 'config.json', 'model.weights.h5')],
  ['npy', NPY],
  ['npz', writeZip([{ name: 'x.npy', data: NPY }])],
  ['tfjs', raw('{"format": "graph-model", "modelTopology": {}, "weightsManifest": []}')],
  ['tfjs', raw('\xef\xbb\xbf {"weightsManifest": []}')],
  ['onnx', Buffer.concat([varint(1, 8), field(2, 'pytorch'), field(7, 'graph'), field(8, varint(2, 17))])],
  ['onnx', Buffer.concat([field(7, 'graph'), field(8, varint(2, 17)), varint(1, 8)])],
  ['tensorflow-saved-model', Buffer.concat([varint(1, 1), field(2, field(1, 'meta'), field(2, 'graph'))])],
  [
    'tensorflow-graph',
    Buffer.concat([field(1, field(1, 'x'), field(2, 'Placeholder')), field(4, varint(1, 27))]),
  ],
]

describe('sniff', () => {
  it.each(FILES)('knows %s by its content', (format, bytes) => {
    expect(sniff(new MemorySource(bytes, 'model.bin'))).toBe(format)
  })

  it.each(FILES)('does not fall over the first bytes of %s alone', (_, bytes) => {
    for (let length = 0; length < Math.min(bytes.byteLength, 64); length++) {
      try {
        sniff(new MemorySource(bytes.subarray(0, length)))
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError)
      }
    }
  })

  it('reports an archive that was cut short, since its kind stands at the end', () => {
    const whole = torchZip(dict(), {})
    expect(() => sniff(new MemorySource(whole.subarray(0, 200), 'net.pth'))).toThrow(
      '[TRUNCATED_FILE] net.pth begins as a zip archive and has no directory at its end',
    )
  })
})

describe('a file that is no model', () => {
  it.each<[string, string, Uint8Array]>([
    ['EMPTY_FILE', 'holds no bytes', new Uint8Array(0)],
    ['UNKNOWN_FORMAT', 'is a web page: the download failed', raw('\n<!DOCTYPE html>\n<html lang="en">')],
    [
      'UNKNOWN_FORMAT',
      'is a git-lfs pointer',
      raw('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9'),
    ],
    ['UNKNOWN_FORMAT', 'is a PNG picture', raw('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')],
    ['UNKNOWN_FORMAT', 'is a JPEG picture', raw('\xff\xd8\xff\xe0\0\x10JFIF')],
    [
      'UNKNOWN_FORMAT',
      'is an XML document',
      raw('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'),
    ],
    ['UNKNOWN_FORMAT', 'is compressed with gzip', raw('\x1f\x8b\x08\0\0\0\0\0\0\x03')],
    ['UNKNOWN_FORMAT', 'is a tar archive', writeTar({ 'net.pth': raw('x') })],
    ['UNKNOWN_FORMAT', 'is a zip archive with no model we know', zip('notes.txt')],
    ['UNKNOWN_FORMAT', 'is a zip archive with no model we know', writeZip([])],
    ['UNKNOWN_FORMAT', 'is a plain Python pickle', pickle(tuple('N'))],
    ['UNKNOWN_FORMAT', 'is the index of weights', raw('{"metadata": {}, "weight_map": {"a": "b"}}')],
    ['UNKNOWN_FORMAT', 'is a JSON document', raw('{"hello": "world"}')],
    ['UNKNOWN_FORMAT', 'is Python source', raw('import torch\nfrom torch import nn\n')],
    [
      'UNKNOWN_FORMAT',
      'is not a model format we know: it begins with the bytes 68 65 6c 6c 6f',
      raw('hello, world'),
    ],
    ['UNKNOWN_FORMAT', 'is not a model format we know: it begins with the bytes 00.', Buffer.of(0)],
  ])('is refused with %s: it %s', (code, text, bytes) => {
    const source = new MemorySource(bytes, 'net.pth')
    expect(() => sniffOrExplain(source)).toThrow(`[${code}] net.pth ${text}`)
  })
})
