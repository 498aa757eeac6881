import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { ModelError } from '../../errors/index.ts'
import { checkRange } from '../../graph/index.ts'
import { type FileStamp, stampOf } from './file-stamp.ts'

/** Reads below this size come from a page that is kept: headers and directories are read in many small steps. */
const SMALL_READ = 4096
const PAGE = 65536
/** One read call moves at most 2 GiB on Linux. */
const LARGEST_READ = 2 ** 30

/** An open file and its positional, synchronous reads. */
export class OpenFile {
  /** How the user knows the file. */
  readonly name: string
  readonly stamp: FileStamp
  readonly #path: string
  readonly #descriptor: number
  #page: Uint8Array = new Uint8Array(0)
  #pageOffset = 0

  /** @throws ModelError FILE_NOT_FOUND, UNSUPPORTED_FORMAT for a folder. */
  constructor(path: string, name: string) {
    this.name = name
    this.#path = path
    this.#descriptor = open(path, name)
    const stats = fstatSync(this.#descriptor, { bigint: true })
    this.stamp = stampOf(stats)
    if (!stats.isFile()) {
      this.close()
      throw new ModelError('UNSUPPORTED_FORMAT', {
        what: `${name} is ${stats.isDirectory() ? 'a folder' : 'not a regular file'}`,
        next: 'Name a model file',
      })
    }
  }

  get size(): number {
    return this.stamp.size
  }

  /** A fresh buffer, or a view of the kept page for a small read. */
  read(offset: number, length: number): Uint8Array {
    checkRange(this.name, this.size, offset, length)
    if (length > SMALL_READ) return this.#readExactly(offset, length)
    const start = offset - this.#pageOffset
    if (start < 0 || start + length > this.#page.byteLength) {
      this.#page = this.#readExactly(offset, Math.min(PAGE, this.size - offset))
      this.#pageOffset = offset
      return this.#page.subarray(0, length)
    }
    return this.#page.subarray(start, start + length)
  }

  /** Whether its path still leads to what was opened: editors put a new file in the place of the old one. */
  isUnchanged(): boolean {
    const stats = statSync(this.#path, { bigint: true, throwIfNoEntry: false })
    if (!stats) return false
    const { size, mtimeNs, inode } = stampOf(stats)
    return size === this.stamp.size && mtimeNs === this.stamp.mtimeNs && inode === this.stamp.inode
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #readExactly(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const wanted = Math.min(length - done, LARGEST_READ)
      const got = readSync(this.#descriptor, bytes, done, wanted, offset + done)
      if (got === 0) throw this.#changed()
      done += got
    }
    return bytes
  }

  #changed(): ModelError {
    return new ModelError('TRUNCATED_FILE', {
      what: `${this.name} became shorter while it was read`,
      next: 'Convert it again when it is written completely',
    })
  }
}

function open(path: string, name: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new ModelError('FILE_NOT_FOUND', {
        what: `${name} does not exist`,
        next: 'Check the path',
        cause,
      })
    }
    throw new ModelError('FILE_NOT_FOUND', { what: `${name} cannot be read`, why: code, cause })
  }
}
