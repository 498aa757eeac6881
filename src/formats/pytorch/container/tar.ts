import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../../graph/bytes/index.ts'

const BLOCK = 512
const MAX_MEMBERS = 10_000

/** Whether the source begins with a POSIX tar header. */
export const looksLikeTar = (source: ByteSource): boolean =>
  source.size >= BLOCK && latin1(source.read(257, 5)) === 'ustar'

/**
 * The plain files of a tar archive by name, as slices (POSIX.1-1988 ustar; extension headers are passed over).
 * @throws ModelError TRUNCATED_FILE, CORRUPT_FILE, LIMIT_EXCEEDED.
 */
export function readTar(source: ByteSource): ReadonlyMap<string, ByteSource> {
  const members = new Map<string, ByteSource>()
  for (let at = 0; at + BLOCK <= source.size; ) {
    const header = source.read(at, BLOCK)
    if (header.every((byte) => byte === 0)) break
    const name = text(header, 0, 100)
    const size = octal(source, header)
    const type = header[156] ?? 0
    const isFile = type === 0 || type === 0x30
    if (isFile) members.set(name, source.slice(at + BLOCK, size, `${source.name}!${name}`))
    if (members.size > MAX_MEMBERS) {
      throw new ModelError('LIMIT_EXCEEDED', { what: `${source.name} holds more than ${MAX_MEMBERS} files` })
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
  }
  return members
}

function octal(source: ByteSource, header: Uint8Array): number {
  const digits = text(header, 124, 12).trim()
  if (/^[0-7]{1,12}$/.test(digits)) return Number.parseInt(digits, 8)
  throw new ModelError('CORRUPT_FILE', {
    what: `${source.name} is a damaged tar archive: a size reads ${JSON.stringify(digits)}`,
    next: 'Download or save it again',
  })
}

const text = (header: Uint8Array, start: number, length: number): string => {
  const field = latin1(header.subarray(start, start + length))
  const end = field.indexOf('\0')
  return end < 0 ? field : field.slice(0, end)
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
