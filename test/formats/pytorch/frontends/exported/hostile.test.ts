import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../../../src/errors/index.ts'
import { frontEndOf } from '../../../../../src/formats/index.ts'
import { MemorySource, readZip } from '../../../../../src/graph/index.ts'
import { writeZip } from '../../../../graph/bytes/zip-writer.ts'
import { fixturePath } from '../../../../support/samples.ts'

/** Records of a fixture, its program apart. */
function recordsOf(name: string) {
  const source = new MemorySource(readFileSync(fixturePath(name)), name)
  const records = [...readZip(source)].map(([record, entry]) => {
    const bytes = entry.open()
    return { name: record, data: bytes.read(0, bytes.size) }
  })
  const program = records.find((record) => /model(s\/model)?\.json$|program\.json$/.test(record.name))
  return { records, program, text: new TextDecoder().decode(program?.data) }
}

/** Converts, or refuses; a damaged program may give other results than torch recorded, which says so. */
function convertOrRefuse(bytes: Uint8Array): void {
  const source = new MemorySource(bytes, 'net.pt2')
  try {
    const format = frontEndOf(source)
    const options = { inputs: [], guards: 'warn' } as const
    format.describe(source, options)
    format.normalise(source, options)
    format.samples?.(source, options)
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    if (error.code === 'INTERNAL') expect(error.message).toContain('and torch recorded')
  }
}

/** Texts that change what a value is. */
const PIECES = [
  '0',
  '-1',
  '99999999999999999999',
  '1e308',
  'null',
  '[]',
  '{}',
  '""',
  '"x"',
  ',',
  '}',
  ']',
  'NaN',
  's0',
  '(((',
]

const FILES = ['cnn.pt2', 'branches.pt2', 'nested.pt2', 'detector.core.pt2', 'scans.pt2'].map(
  (name) => `exported-programs/${name}`,
)

describe.each([...FILES, 'exported-versions/text-torch-2.1.pt2', 'exported-versions/image-torch-2.5.pt2'])(
  '%s',
  (name) => {
    const { records, program, text } = recordsOf(name)

    it('is converted or refused, never worse, whatever of its program changes', () => {
      const values = [...text.matchAll(/-?\d+|"[^"]*"|true|false/g)]
      fc.assert(
        fc.property(fc.nat(values.length - 1), fc.constantFrom(...PIECES), (index, piece) => {
          const value = values[index]
          const at = value?.index ?? 0
          const changed = text.slice(0, at) + piece + text.slice(at + (value?.[0].length ?? 0))
          convertOrRefuse(
            writeZip(
              records.map((record) => (record === program ? { name: record.name, data: changed } : record)),
            ),
          )
        }),
        { numRuns: 300, seed: 5 },
      )
    }, 60_000)

    it('is converted or refused, never worse, whatever bytes of the archive change', () => {
      const original = readFileSync(fixturePath(name))
      const change = fc.record({ at: fc.nat(original.byteLength - 1), to: fc.nat(255) })
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
          const bytes = Buffer.from(original)
          for (const { at, to } of changes) bytes[at] = to
          convertOrRefuse(bytes)
        }),
        { numRuns: 150, seed: 6 },
      )
    }, 60_000)
  },
)
