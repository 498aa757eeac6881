import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ConvertJob, InspectJob, Progress } from '../../../src/convert/job.ts'
import { workerRunner } from '../../../src/convert/worker/run-in-worker.ts'
import { ModelError } from '../../../src/errors/index.ts'
import { rejectionOf } from '../../message-of.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let folder: string

beforeEach(() => {
  folder = temporaryFolder()
})

const job: InspectJob = {
  kind: 'inspect',
  file: '/app/net.pth',
  displayName: 'net.pth',
  query: '',
  root: '/app',
}

const convertJob: ConvertJob = {
  ...job,
  kind: 'convert',
  cacheDir: undefined,
  sourceStamp: { size: 0, mtimeNs: '0', ctimeNs: '0', inode: '0' },
  graphKey: 'graph',
  resultKey: 'result',
}

/** A thread that does as told instead of converting. */
function threadOf(code: string): URL {
  const path = join(folder, 'thread.mjs')
  writeFileSync(path, `import { parentPort, workerData } from 'node:worker_threads'\n${code}`)
  return pathToFileURL(path)
}

const inspectWith = (code: string, timeoutMs = 60_000) =>
  workerRunner({ entry: threadOf(code), timeoutMs }).inspect(job)

describe('a job in a thread', () => {
  test('is given to it as it is, and answered with what it posts', async () => {
    const report = await inspectWith(
      "parentPort.postMessage({ kind: 'inspect', result: { path: workerData.file } })",
    )
    expect(report).toEqual({ path: '/app/net.pth' })
  })

  test('tells its progress in order', async () => {
    const entry = threadOf(`
      for (const stage of ['parse', 'emit']) parentPort.postMessage({ kind: 'progress', progress: { stage, index: 0, total: 2 } })
      parentPort.postMessage({ kind: 'convert', result: {} })
    `)
    const told: Progress[] = []
    await workerRunner({ entry }).convert(convertJob, (progress) => told.push(progress))
    expect(told.map(({ stage }) => stage)).toEqual(['parse', 'emit'])
  })

  test('does not outlive its answer', async () => {
    const witness = join(folder, 'still-alive')
    await inspectWith(`
      import { writeFileSync } from 'node:fs'
      setTimeout(() => writeFileSync(${JSON.stringify(witness)}, ''), 150)
      parentPort.postMessage({ kind: 'inspect', result: {} })
    `)
    await later(400)
    expect(existsSync(witness)).toBe(false)
  })

  test('that does not end is stopped, even in a loop that yields to nothing', async () => {
    expect(await rejectionOf(inspectWith('for (;;);', 600))).toBe(
      '[LIMIT_EXCEEDED] Converting net.pth did not end within 0.01 minutes. Give a smaller input, or validate=off.',
    )
  })

  test('is stopped by a listener that throws', async () => {
    const entry = threadOf(`
      parentPort.postMessage({ kind: 'progress', progress: { stage: 'parse', index: 0, total: 1 } })
      setInterval(() => undefined, 1000)
    `)
    const stopped = workerRunner({ entry }).convert(convertJob, () => {
      throw new Error('the terminal is gone')
    })
    await expect(stopped).rejects.toThrow('the terminal is gone')
  })
})

describe('a thread that fails', () => {
  test.each<[what: string, code: string, message: RegExp]>([
    [
      'that throws outside of the job',
      "throw new TypeError('x is not a function')",
      /^\[INTERNAL\] TypeError: x is not a function\. This is a bug in unplugin-model/,
    ],
    ['that throws no error', "throw 'a text'", /^\[INTERNAL\] a text\./],
    [
      'that does not load',
      "await import('./gone.mjs')",
      /^\[INTERNAL\] Error: Cannot find module .*gone\.mjs/,
    ],
    [
      'that ends without a word',
      'process.exit(3)',
      /^\[INTERNAL\] The thread that converts net\.pth ended with status 3 and without a result\./,
    ],
    [
      'that has no more memory',
      "throw Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })",
      /^\[LIMIT_EXCEEDED\] Converting net\.pth needs more memory than Node\.js allows it\. Allow more, as in NODE_OPTIONS/,
    ],
    [
      'that answers another job',
      "parentPort.postMessage({ kind: 'convert', result: {} })",
      /^\[INTERNAL\] The worker did not answer the job inspect\.$/,
    ],
  ])('%s is told', async (_, code, message) => {
    expect(await rejectionOf(inspectWith(code))).toMatch(message)
  })

  test('with an error of the model hands it over whole', async () => {
    const error = await inspectWith(`
      parentPort.postMessage({
        kind: 'failed',
        error: { code: 'MODEL_ERROR', details: { what: 'It raises ValueError', where: { file: 'model.py', line: 7 } }, stack: 'there' },
      })
    `).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ModelError)
    expect(error).toMatchObject({
      code: 'MODEL_ERROR',
      details: { what: 'It raises ValueError', where: { file: 'model.py', line: 7 } },
      cause: { stack: 'there' },
    })
  })
})
