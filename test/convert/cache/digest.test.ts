import { appendFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { fileDigest, sha256 } from '../../../src/convert/cache/digest.ts'
import { cacheFolder } from '../../../src/convert/cache/location.ts'
import { rejectionOf } from '../../message-of.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const writes = vi.hoisted(() => ({ left: 0 }))

/** Another process that writes to a file whenever it is read. */
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  const createReadStream: typeof fs.createReadStream = (path, options) => {
    if (writes.left-- > 0) fs.appendFileSync(path, 'more')
    return fs.createReadStream(path, options)
  }
  return { ...fs, createReadStream }
})

describe('the digest of a file', () => {
  let root = ''
  let path = ''

  beforeEach(() => {
    root = temporaryFolder()
    path = join(root, 'net.pth')
    writeFileSync(path, 'weights')
  })

  test('is of the file as it stands, when it was written to while it was read', async () => {
    writes.left = 2
    const digest = await fileDigest(cacheFolder(root, undefined), path)
    expect(digest?.sha256).toBe(sha256('weightsmoremore'))
    expect(digest?.stamp.size).toBe(statSync(path).size)
  })

  test('is not waited for without end, when the file keeps changing', async () => {
    writes.left = 1000
    expect(await rejectionOf(fileDigest(cacheFolder(root, undefined), path))).toMatch(
      /net\.pth was changed each of the 4 times.*written completely/s,
    )
    writes.left = 0
    appendFileSync(path, '!')
    expect(await fileDigest(cacheFolder(root, undefined), path)).toBeDefined()
  })
})
