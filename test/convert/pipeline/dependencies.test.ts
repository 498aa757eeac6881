import { appendFileSync, cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type ConvertResult, convert } from '../../../src/convert/index.ts'
import type { OnProgress } from '../../../src/convert/job.ts'
import { external, onnxBytes } from '../../graph/onnx/onnx-file.ts'
import { rejectionOf } from '../../message-of.ts'
import { cachedStages } from '../cached-stages.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const FIXTURES = resolve(import.meta.dirname, '../../../fixtures')

let root: string

beforeEach(() => {
  root = temporaryFolder()
})

const ask = (name: string, query: string, onProgress?: OnProgress): Promise<ConvertResult> =>
  convert({ file: join(root, name), query, root, cacheDir: join(root, 'cache'), onProgress })

const digest = ({ assets }: ConvertResult): string | undefined => assets[0]?.sha256

/** What a conversion did: nothing, everything, or all that follows the graph. */
const origin = (result: ConvertResult): string =>
  result.report.cache === 'hit' ? 'hit' : cachedStages(result).length > 0 ? 'kept graph' : 'converted'

/** `x · w + b`, whose weight lies in `weights/w.bin`. */
function writeOnnx(weight: readonly number[]): void {
  const data = external({ location: './weights/w.bin' })
  const bytes = onnxBytes({
    inputs: [{ name: 'x', dims: ['N', 2] }],
    initializers: [{ name: 'w', dims: [2], data }],
    nodes: [{ op: 'Mul', inputs: ['x', 'w'], outputs: ['y'] }],
    outputs: [{ name: 'y', dims: ['N', 2] }],
  })
  writeFileSync(join(root, 'net.onnx'), bytes)
  writeWeight(weight)
}

function writeWeight(weight: readonly number[]): void {
  mkdirSync(join(root, 'weights'), { recursive: true })
  writeFileSync(join(root, 'weights/w.bin'), new Uint8Array(Float32Array.from(weight).buffer))
}

/** Weights without a program, and their architecture in two modules. */
function writeArchitecture(): void {
  cpSync(join(FIXTURES, 'state-dict/net.pth'), join(root, 'net.pth'))
  cpSync(join(FIXTURES, 'state-dict/model.py'), join(root, 'blocks.py'))
  writeFileSync(join(root, 'model.py'), 'from blocks import *\n')
}

const ARCHITECTURE = 'arch=./model.py&class=Net&input=image:f32[N,3,32,32]&validate=off'

describe('what a conversion depends on', () => {
  test('is its external data: other bytes there are another model', async () => {
    writeOnnx([1, 2])
    const first = await ask('net.onnx', 'validate=off')
    expect(first.dependencies).toContain(join(root, 'weights/w.bin'))
    writeWeight([3, 4])
    const second = await ask('net.onnx', 'validate=off')
    expect(origin(second)).toBe('converted')
    expect(digest(second)).not.toBe(digest(first))
    writeWeight([1, 2])
    const again = await ask('net.onnx', 'validate=off')
    expect([origin(again), digest(again)]).toEqual(['hit', digest(first)])
  })

  test('is the external data for a kept graph too, whose tensors lie there', async () => {
    writeOnnx([1, 2])
    await ask('net.onnx', 'validate=off')
    const reused = await ask('net.onnx', 'validate=off&optimize=none')
    expect(origin(reused)).toBe('kept graph')
    expect(reused.dependencies).toContain(join(root, 'weights/w.bin'))
    writeWeight([3, 4])
    expect(origin(await ask('net.onnx', 'validate=off&optimize=none'))).toBe('converted')
  })

  test.each(['model.py', 'blocks.py'])('is its architecture, of which %s is edited', async (edited) => {
    writeArchitecture()
    const first = await ask('net.pth', ARCHITECTURE)
    expect(first.dependencies).toEqual(
      expect.arrayContaining([join(root, 'model.py'), join(root, 'blocks.py')]),
    )
    appendFileSync(join(root, edited), '\n# a comment\n')
    const second = await ask('net.pth', ARCHITECTURE)
    expect([origin(second), digest(second)]).toEqual(['converted', digest(first)])
    expect(origin(await ask('net.pth', `${ARCHITECTURE}&quant=fp16`))).toBe('kept graph')
  })

  test('is a module that was looked for first and is found now', async () => {
    writeArchitecture()
    mkdirSync(join(root, 'blocks'))
    renameSync(join(root, 'blocks.py'), join(root, 'blocks/__init__.py'))
    await ask('net.pth', ARCHITECTURE)
    writeFileSync(join(root, 'other.py'), '')
    expect(origin(await ask('net.pth', ARCHITECTURE))).toBe('hit')
    cpSync(join(root, 'blocks/__init__.py'), join(root, 'blocks.py'))
    expect(origin(await ask('net.pth', ARCHITECTURE))).toBe('converted')
  })

  test('must stay as it is until the conversion is over', async () => {
    writeArchitecture()
    const edit: OnProgress = ({ stage }) => {
      if (stage === 'rewrite') appendFileSync(join(root, 'blocks.py'), '\n# a comment\n')
    }
    expect(await rejectionOf(ask('net.pth', ARCHITECTURE, edit))).toMatch(
      /^\[CORRUPT_FILE\] blocks\.py was changed/,
    )
    expect(origin(await ask('net.pth', ARCHITECTURE))).toBe('converted')
  })

  test('is what a kept graph was made from, not what stands there once it was taken', async () => {
    writeArchitecture()
    await ask('net.pth', ARCHITECTURE)
    const edit: OnProgress = ({ stage }) => {
      if (stage === 'rewrite') appendFileSync(join(root, 'blocks.py'), '\n# a comment\n')
    }
    expect(origin(await ask('net.pth', `${ARCHITECTURE}&optimize=none`, edit))).toBe('kept graph')
    expect(origin(await ask('net.pth', `${ARCHITECTURE}&optimize=none`))).toBe('converted')
  })
})
