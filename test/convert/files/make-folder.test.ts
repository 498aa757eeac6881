import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder } from '../../../src/convert/files/index.ts'

describe('making a folder', () => {
  let root = ''
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'make-folder-'))
  })
  afterAll(() => rm(root, { recursive: true }))

  it('makes those it lies in, and finds what is there', () => {
    const folder = join(root, 'a', 'b', 'c')
    makeFolder(folder)
    makeFolder(folder)
    expect(existsSync(folder)).toBe(true)
  })

  it('fails below a file', async () => {
    await writeFile(join(root, 'file'), '')
    expect(() => makeFolder(join(root, 'file', 'a', 'b'))).toThrow('ENOTDIR')
  })

  it.skipIf(!existsSync('/proc/self'))('ends where a file system takes no folder', () => {
    expect(() => makeFolder('/proc/no-such-folder/a')).toThrow('/proc/no-such-folder')
  })
})
