import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../src/errors/index.ts'
import { type ByteSource, MemorySource, readAll, readZip } from '../../../src/graph/bytes/index.ts'
import { writeZip, type ZipMember, type ZipOptions } from './zip-writer.ts'

const MEMBERS: readonly ZipMember[] = [
  { name: 'net/data.pkl', data: 'pickle' },
  { name: 'net/code/net.py', data: 'x = 1\n'.repeat(100), deflate: true },
  { name: 'net/data/0', data: Uint8Array.of(1, 2, 3, 4), localExtra: 17 },
  { name: 'net/empty', data: '' },
]

const open = (members: readonly ZipMember[], options?: ZipOptions) =>
  readZip(new MemorySource(writeZip(members, options), 'net.pth'))

const text = (source: ByteSource | undefined): string => new TextDecoder().decode(source && readAll(source))

const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return error instanceof ModelError ? error.code : String(error)
  }
  return 'nothing thrown'
}

describe('readZip', () => {
  it.each<[string, ZipOptions]>([
    ['plain', {}],
    ['with a comment', { comment: 'made by hand' }],
    ['with a comment that holds the signature of an end record', { comment: 'PK\x05\x06 in a comment' }],
    ['with bytes before it', { prefix: Buffer.from('#!/bin/sh\nexit\n') }],
    ['with bytes behind it', { trailing: Buffer.alloc(40, 0xee) }],
    ['with zip64 records that nothing needs, as miniz writes them', { zip64: 'records' }],
    ['with all sizes in zip64 fields', { zip64: 'mask' }],
    ['with zip64 records and bytes before it', { zip64: 'mask', prefix: Buffer.alloc(33, 7) }],
    ['written as a stream, without sizes in local headers', { streaming: true }],
  ])('reads an archive %s', (_, options) => {
    const entries = open(MEMBERS, options)
    expect([...entries.keys()]).toEqual(MEMBERS.map(({ name }) => name))
    for (const { name, data } of MEMBERS) {
      expect(text(entries.get(name)?.open()), name).toBe(new TextDecoder().decode(Buffer.from(data)))
    }
  })

  it('gives stored entries as slices of the file', () => {
    const bytes = writeZip(MEMBERS)
    const record = readZip(new MemorySource(bytes)).get('net/data/0')?.open().read(0, 4)
    expect(record?.buffer).toBe(bytes.buffer)
    expect(Buffer.from(record ?? []).byteOffset).not.toBe(0)
  })

  it('names an entry after the archive', () => {
    expect(open(MEMBERS).get('net/data.pkl')?.open().name).toBe('net.pth!net/data.pkl')
  })

  it('leaves folders out', () => {
    expect([...open([{ name: 'net/', data: '' }, ...MEMBERS]).keys()]).not.toContain('net/')
  })

  it('keeps names that look like paths as mere keys', () => {
    const entries = open([{ name: '../../etc/passwd', data: 'x' }])
    expect([...entries.keys()]).toEqual(['../../etc/passwd'])
  })

  it('refuses parts of an entry beyond its end', () => {
    const entry = open(MEMBERS).get('net/code/net.py')?.open()
    expect(codeOf(() => entry?.read(590, 20))).toBe('TRUNCATED_FILE')
    expect(codeOf(() => entry?.slice(0, 601))).toBe('TRUNCATED_FILE')
  })
})

describe('a damaged or hostile archive', () => {
  it('is reported as cut short at every sixteenth of its length', () => {
    const bytes = writeZip(MEMBERS)
    for (let part = 1; part < 16; part++) {
      const cut = bytes.subarray(0, Math.floor((bytes.byteLength * part) / 16))
      expect(codeOf(() => readZip(new MemorySource(cut)))).toBe('TRUNCATED_FILE')
    }
  })

  it.each<[string, string, readonly ZipMember[], ZipOptions]>([
    ['two entries of one name', 'CORRUPT_FILE', [MEMBERS, MEMBERS].flat(), {}],
    ['more entries stated than its directory can hold', 'CORRUPT_FILE', MEMBERS, { count: 60_000 }],
    ['a billion entries stated', 'LIMIT_EXCEEDED', MEMBERS, { count: 2 ** 30, zip64: 'records' }],
  ])('is refused when opened: %s', (_, code, members, options) => {
    expect(codeOf(() => open(members, options))).toBe(code)
  })

  it.each<[string, string, ZipMember]>([
    ['a wrong CRC of a stored entry', 'CORRUPT_FILE', { name: 'a', data: 'hello', crc: 1 }],
    ['a wrong CRC of a deflated entry', 'CORRUPT_FILE', { name: 'a', data: 'hello', crc: 1, deflate: true }],
    ['a stored entry of two sizes', 'CORRUPT_FILE', { name: 'a', data: 'hello', size: 4 }],
    [
      'a deflated entry larger than stated',
      'CORRUPT_FILE',
      { name: 'a', data: 'hello', size: 4, deflate: true },
    ],
    [
      'a deflated entry smaller than stated',
      'CORRUPT_FILE',
      { name: 'a', data: 'hello', size: 6, deflate: true },
    ],
    [
      'a size that deflate cannot reach',
      'CORRUPT_FILE',
      { name: 'a', data: 'x', size: 2 ** 31, deflate: true },
    ],
    ['data that is not deflated', 'CORRUPT_FILE', { name: 'a', data: '\xff\xff\xff\xff', method: 8 }],
    ['an unknown compression', 'UNSUPPORTED_FORMAT', { name: 'a', data: 'x', method: 12 }],
    ['encryption', 'UNSUPPORTED_FORMAT', { name: 'a', data: 'x', flags: 1 }],
  ])('is refused when the entry is read: %s', (_, code, member) => {
    const entries = open([member, { name: 'b', data: 'fine' }])
    expect(codeOf(() => readAll(entries.get('a')?.open() ?? new MemorySource(new Uint8Array(0))))).toBe(code)
    expect(text(entries.get('b')?.open())).toBe('fine')
  })

  it('lets a stored entry without a CRC pass, as PyTorch writes when told to', () => {
    expect(
      text(
        open([{ name: 'a', data: 'hello', crc: 0 }])
          .get('a')
          ?.open(),
      ),
    ).toBe('hello')
  })

  it('may not inflate beyond its budget, all entries together', () => {
    const bytes = writeZip([
      { name: 'a', data: Buffer.alloc(1 << 20), deflate: true },
      { name: 'b', data: Buffer.alloc(1 << 20), deflate: true },
    ])
    const entries = readZip(new MemorySource(bytes, 'bomb.zip'), { inflatedBytes: 1.5 * (1 << 20) })
    expect(readAll(entries.get('a')?.open() ?? new MemorySource(new Uint8Array(0))).byteLength).toBe(1 << 20)
    expect(() => entries.get('b')?.open().read(0, 1)).toThrow(
      '[LIMIT_EXCEEDED] bomb.zip!b inflates to 1048576 bytes, which takes its archive over the 1572864 allowed',
    )
  })

  it('is refused when entries overlap', () => {
    const bytes = writeZip(MEMBERS)
    const directory = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    bytes.writeUInt32LE(5000, directory + 20)
    expect(codeOf(() => readZip(new MemorySource(bytes)))).toBe('CORRUPT_FILE')
  })

  it('is refused when an entry points at the data of another', () => {
    const bytes = writeZip(MEMBERS)
    const second = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]), bytes.indexOf('net/code/net.py', 200))
    bytes.writeUInt32LE(3, second + 42)
    const outcome = codeOf(() => {
      for (const entry of readZip(new MemorySource(bytes)).values()) readAll(entry.open())
    })
    expect(outcome).toBe('CORRUPT_FILE')
  })
})
