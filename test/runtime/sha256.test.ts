import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { sha256 } from '../../src/runtime/sha256.ts'

it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 100_003])(
  'agrees with the platform on %d bytes',
  (length) => {
    const bytes = Uint8Array.from({ length: length + 3 }, (_, i) => (i * 131 + (i >> 8)) & 255).subarray(3)
    expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(createHash('sha256').update(bytes).digest('hex'))
  },
)
