import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { ModelFiles } from '../../../src/convert/files/index.ts'
import { messageOf } from '../../message-of.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let folder: string

beforeEach(() => {
  const outer = temporaryFolder()
  folder = join(outer, 'models')
  mkdirSync(join(folder, 'sub'), { recursive: true })
  writeFileSync(join(outer, 'secret.txt'), 'secret')
  writeFileSync(
    join(folder, 'net.bin'),
    Uint8Array.from({ length: 200_000 }, (_, i) => i % 251),
  )
  writeFileSync(join(folder, 'sub', 'data.bin'), 'abc')
})

const open = (named: string[] = []): ModelFiles => new ModelFiles(join(folder, 'net.bin'), { named })

describe('the files of a conversion', () => {
  test('are read positionally, small reads from a page that is kept', () => {
    using files = open()
    const { source } = files
    expect(source.size).toBe(200_000)
    for (const [offset, length] of [
      [0, 4],
      [10, 3],
      [65_534, 10],
      [199_999, 1],
      [3, 100_000],
      [5, 0],
    ] as const) {
      const wanted = Uint8Array.from({ length }, (_, i) => (offset + i) % 251)
      expect([...source.read(offset, length)]).toEqual([...wanted])
    }
  })

  test('give slices that know where they lie in the file', () => {
    using files = open()
    const slice = files.source.slice(100, 50).slice(10, 5, 'net.bin!part')
    expect(slice.origin).toEqual({ path: 'net.bin', offset: 110 })
    expect([...slice.read(0, 5)]).toEqual([110, 111, 112, 113, 114])
    expect(messageOf(() => slice.read(3, 3))).toMatchInlineSnapshot(
      `"[TRUNCATED_FILE] net.bin!part ends too early: bytes 3 to 6 are needed and it holds 5. The file is cut short or damaged. Download or save it again."`,
    )
    expect(messageOf(() => files.source.read(199_999, 2))).toMatchInlineSnapshot(
      `"[TRUNCATED_FILE] net.bin ends too early: bytes 199999 to 200001 are needed and it holds 200000. The file is cut short or damaged. Download or save it again."`,
    )
  })

  test('are remembered, missing ones too', () => {
    using files = open()
    files.source.sibling('sub/data.bin').sibling('./sub//data.bin')
    expect(files.openOptional('net.samples.npz')).toBeUndefined()
    expect(messageOf(() => files.source.sibling('weights.bin'))).toMatchInlineSnapshot(
      `"[FILE_NOT_FOUND] weights.bin does not exist. Check the path."`,
    )
    expect(files.opened).toEqual(['net.bin', 'sub/data.bin'])
    expect(files.missing).toEqual(['net.samples.npz', 'weights.bin'])
  })

  test.each([
    '../secret.txt',
    '/etc/passwd',
    'sub/../../secret.txt',
    'C:\\secret.txt',
    '..\\secret.txt',
    '',
    '.',
  ])('cannot lie outside the folder: %j', (path) => {
    using files = open()
    expect(messageOf(() => files.source.sibling(path))).toMatch(/^\[UNSAFE_PATH\] net\.bin refers to/)
  })

  test('cannot lie outside by way of a symbolic link', () => {
    symlinkSync(join(folder, '..', 'secret.txt'), join(folder, 'link.txt'))
    symlinkSync(join(folder, '..'), join(folder, 'up'))
    using files = open()
    expect(messageOf(() => files.source.sibling('link.txt'))).toMatchInlineSnapshot(
      `"[UNSAFE_PATH] net.bin refers to "link.txt", which is outside its folder. A model may only read files beside it or in folders below it; symbolic links count where they lead. Move the file beside the model."`,
    )
    expect(messageOf(() => files.source.sibling('up/secret.txt'))).toMatch(/^\[UNSAFE_PATH\]/)
  })

  test('lie where the model is linked from, as in a download cache of blobs', () => {
    const snapshot = join(folder, '..', 'snapshot')
    mkdirSync(snapshot)
    symlinkSync(join(folder, 'net.bin'), join(snapshot, 'model.bin'))
    symlinkSync(join(folder, 'sub', 'data.bin'), join(snapshot, 'model.data'))
    using files = new ModelFiles(join(snapshot, 'model.bin'))
    expect(files.source.sibling('model.data').size).toBe(3)
  })

  test('may lie elsewhere when the query itself names them, with their folder', () => {
    const source = join(folder, '..', 'source')
    mkdirSync(source)
    writeFileSync(join(source, 'model.py'), 'import blocks')
    writeFileSync(join(source, 'blocks.py'), '')
    using files = open(['../source/model.py'])
    expect(files.source.sibling('../source/model.py').size).toBe(13)
    expect(files.source.sibling('../source/blocks.py').size).toBe(0)
    expect(messageOf(() => files.source.sibling('../secret.txt'))).toMatch(/^\[UNSAFE_PATH\]/)
  })

  test('are refused when empty, missing, or a folder', () => {
    writeFileSync(join(folder, 'empty.pth'), '')
    const messages = ['empty.pth', 'gone.pth', 'sub'].map((name) =>
      messageOf(() => new ModelFiles(join(folder, name)).source),
    )
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "[EMPTY_FILE] empty.pth holds no bytes. A download or an export that failed leaves such a file. Download or save it again.
      [FILE_NOT_FOUND] gone.pth does not exist. Check the path.
      [UNSUPPORTED_FORMAT] sub is a folder. Name a model file."
    `)
  })

  test('must not be replaced while they are read, as editors replace them', () => {
    using files = open()
    files.source.read(0, 4)
    const path = join(folder, 'net.bin')
    writeFileSync(`${path}.new`, readFileSync(path))
    const { atime, mtime } = statSync(path)
    utimesSync(`${path}.new`, atime, mtime)
    renameSync(`${path}.new`, path)
    expect(messageOf(() => files.checkUnchanged())).toMatch(/^\[CORRUPT_FILE\] net\.bin was changed while/)
  })

  test('must not change while they are read', () => {
    using files = open()
    files.source.read(0, 4)
    files.checkUnchanged()
    appendFileSync(join(folder, 'net.bin'), 'more')
    expect(messageOf(() => files.checkUnchanged())).toMatchInlineSnapshot(
      `"[CORRUPT_FILE] net.bin was changed while it was converted. Convert it again when it is written completely."`,
    )
  })

  test('must not appear after they were looked for', () => {
    using files = open()
    files.openOptional('net.samples.npz')
    files.checkUnchanged()
    writeFileSync(join(folder, 'net.samples.npz'), '')
    expect(messageOf(() => files.checkUnchanged())).toMatch(
      /^\[CORRUPT_FILE\] net\.samples\.npz appeared while/,
    )
  })
})
