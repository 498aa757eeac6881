import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../../src/errors/index.ts'
import { loadTorchFile, stateDictOf } from '../../../../src/formats/pytorch/container/index.ts'
import { sniff } from '../../../../src/formats/sniff.ts'
import { MemorySource } from '../../../../src/graph/bytes/index.ts'
import { writeZip } from '../../../graph/bytes/zip-writer.ts'
import { seededFloats } from '../../../support/run-model.ts'
import { dict, str } from '../pickle/pickle-writer.ts'
import { f32, floats, torchLegacy, torchZip, writeSafetensors } from '../torch-writer.ts'

const fixture = (path: string): Buffer =>
  readFileSync(new URL(`../../../../fixtures/${path}`, import.meta.url))

/** Everything a conversion would read of a file, tensors included. */
function readAllOf(bytes: Uint8Array): void {
  const source = new MemorySource(bytes, 'net.pth')
  sniff(source)
  const file = loadTorchFile(source)
  if (file.kind === 'saved') for (const tensor of stateDictOf(file.root).tensors.values()) tensor.bytes()
  if (file.kind === 'safetensors') for (const tensor of file.tensors.values()) tensor.bytes()
  if (file.kind === 'torchscript') for (const code of file.code.values()) code.originOf(code.text.length)
}

/** Throws what a user should never meet: anything but a ModelError. */
function expectRefusedOrRead(bytes: Uint8Array): void {
  try {
    readAllOf(bytes)
  } catch (error) {
    if (!(error instanceof ModelError) || error.code === 'INTERNAL') throw error
  }
}

const WEIGHTS = dict(str('a'), floats('0', 2, 2), str('b'), floats('1', 3))

const FILES: readonly (readonly [string, Buffer])[] = [
  ['an archive of torch.save', torchZip(WEIGHTS, { 0: f32(1, 2, 3, 4), 1: f32(5, 6, 7) })],
  [
    'a legacy file',
    torchLegacy(WEIGHTS, [
      ['0', f32(1, 2, 3, 4), 4],
      ['1', f32(5, 6, 7), 4],
    ]),
  ],
  [
    'a safetensors file',
    writeSafetensors({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, f32(1, 2)),
  ],
  ['every kind of tensor', fixture('tensors/tensors.pth')],
  ['every kind of tensor, legacy', fixture('tensors/tensors-legacy.pth')],
  ['TorchScript', fixture('unsupported/net.pth')],
]

describe('an archive whose pickle is deflated', () => {
  /** As much as a pickle of 256 MiB is at least deflated to, and no pickle. */
  const noise = Buffer.from(seededFloats(90_000).buffer)
  const archive = (size: number): Buffer =>
    writeZip([{ name: 'net/data.pkl', data: noise, deflate: true, size }])

  it('is refused before it is inflated where that says it is too long', () => {
    expect(() => readAllOf(archive(2 ** 28 + 1))).toThrow(
      '[LIMIT_EXCEEDED] net.pth!net/data.pkl inflates to 268435457 bytes, which takes its archive over the 268435456 allowed for pickles and text',
    )
  })

  it('is inflated no further than it says', () => {
    expect(() => readAllOf(archive(1000))).toThrow(
      '[CORRUPT_FILE] net.pth!net/data.pkl does not inflate to the 1000 bytes its archive states',
    )
  })
})

describe.each(FILES)('%s', (_, original) => {
  it('is read as it is', () => {
    readAllOf(original)
  })

  it('is read or refused, never worse, whatever bytes of it change', () => {
    const change = fc.record({ at: fc.nat(original.byteLength - 1), to: fc.nat(255) })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = Buffer.from(original)
        for (const { at, to } of changes) bytes[at] = to
        expectRefusedOrRead(bytes)
      }),
      { numRuns: 400 },
    )
  })

  it('is read or refused, never worse, whatever part of it is lost or doubled', () => {
    const part = fc.tuple(fc.nat(original.byteLength), fc.nat(original.byteLength), fc.boolean())
    fc.assert(
      fc.property(part, ([a, b, doubled]) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)]
        const middle = original.subarray(start, doubled ? end : start)
        expectRefusedOrRead(Buffer.concat([original.subarray(0, end), middle, original.subarray(end)]))
        expectRefusedOrRead(Buffer.concat([original.subarray(0, start), original.subarray(end)]))
      }),
      { numRuns: 200 },
    )
  })

  it('is refused when it is cut at any sixteenth of its length', () => {
    for (let part = 0; part < 16; part++) {
      const cut = original.subarray(0, Math.floor((original.byteLength * part) / 16))
      expect(() => readAllOf(cut)).toThrow(ModelError)
    }
  })
})

describe('the broken fixtures', () => {
  it.each<[string, string]>([
    ['truncated.pth', '[TRUNCATED_FILE]'],
    ['truncated-legacy.pth', '[TRUNCATED_FILE]'],
    ['picture.pth', '[UNKNOWN_FORMAT]'],
    ['calls-print.pth', '[UNSUPPORTED_FORMAT] The file holds no weights'],
  ])('%s is refused with %s', (name, message) => {
    expect(() => readAllOf(fixture(`broken/${name}`))).toThrow(message)
  })
})
