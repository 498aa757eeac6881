import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { sha256 } from '../../../src/convert/cache/digest.ts'
import { readRecord } from '../../../src/convert/cache/record.ts'
import { convert } from '../../../src/convert/index.ts'
import { sourceFile, writeSourceModule } from '../../support/source-module.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { toyBytes } from '../toy-model.ts'

let root: string

beforeEach(() => {
  root = temporaryFolder()
  writeFileSync(join(root, 'toy.onnx'), toyBytes())
})

const request = () => ({
  file: join(root, 'toy.onnx'),
  query: 'validate=off',
  root,
  cacheDir: join(root, 'cache'),
})

const started: ChildProcess[] = []

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** A process that runs `code`, which sees the exports of a module of `src` as `source`. */
function start(name: string, module: string, code: string): ChildProcess {
  const path = join(root, `${name}.mjs`)
  writeSourceModule(path, `const source = await load(${JSON.stringify(sourceFile(module))})\n${code}`)
  const child = fork(path, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  started.push(child)
  return child
}

const converting = (name: string): ChildProcess =>
  start(
    name,
    'convert/index.ts',
    `
    ${PIPELINE}
    process.send('ready')
    await new Promise((resolve) => process.once('message', resolve))
    const { report, assets } = await source.convert(${JSON.stringify(request())}, inlineRunner)
    process.send({ cache: report.cache, sha256: assets[0].sha256 })
    process.disconnect()
    `,
  )

/** The pipeline within the process itself: the thread's compiled entry is not there. */
const PIPELINE = `const { inlineRunner } = await load(${JSON.stringify(sourceFile('convert/pipeline/index.ts'))})`

const answers = z.object({ cache: z.enum(['hit', 'miss']), sha256: z.string() })

describe('processes that share a cache', () => {
  test('convert a model once between them, and get the same bytes', async () => {
    const processes = ['a', 'b', 'c'].map(converting)
    await Promise.all(processes.map((child) => once(child, 'message')))
    const answered = processes.map(async (child) => answers.parse((await once(child, 'message'))[0]))
    for (const child of processes) child.send('go')
    const results = await Promise.all(answered)
    expect(results.map(({ cache }) => cache).sort()).toEqual(['hit', 'hit', 'miss'])
    expect(new Set(results.map(({ sha256 }) => sha256)).size).toBe(1)
  })

  test('are not held up, nor misled, by one that was killed at work', async () => {
    const killed = start(
      'killed',
      'convert/index.ts',
      `
      ${PIPELINE}
      const onProgress = ({ stage }) => {
        if (stage === 'emit') process.kill(process.pid, 'SIGKILL')
      }
      await source.convert({ ...${JSON.stringify(request())}, onProgress }, inlineRunner)
      `,
    )
    expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL'])
    expect(readdirSync(join(root, 'cache/v1/locks'))).toHaveLength(1)
    const { report, assets } = await convert(request())
    expect(report.cache).toBe('miss')
    expect(sha256(readFileSync(assets[0]?.path ?? ''))).toBe(assets[0]?.sha256)
  })

  test('never read half of what another writes', async () => {
    const [record, asset] = [join(root, 'record.json'), join(root, 'asset.bin')]
    const writer = start(
      'writer',
      '../test/convert/cache/rewrite-files.ts',
      `await source.rewriteFiles(${JSON.stringify({ record, asset })}, () => process.send('written'), () => !process.connected)`,
    )
    await once(writer, 'message')
    const seen = new Set<string>()
    for (const end = Date.now() + 1000; Date.now() < end; ) {
      const letters = await readRecord(record, z.string())
      seen.add(`record of ${new Set(letters).size} letter, ${letters?.length} long`)
      const bytes = readFileSync(asset)
      seen.add(`asset of ${new Set(bytes).size} byte, ${bytes.length} long`)
    }
    writer.disconnect()
    await once(writer, 'exit')
    expect([...seen].sort()).toEqual(['asset of 1 byte, 300000 long', 'record of 1 letter, 100000 long'])
  })
})
