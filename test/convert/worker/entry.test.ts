import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { InspectJob, JobRunner } from '../../../src/convert/job.ts'
import { openRequest } from '../../../src/convert/open-request.ts'
import { workerRunner } from '../../../src/convert/worker/run-in-worker.ts'
import { rejectionOf } from '../../message-of.ts'
import { sourceFile, writeSourceModule } from '../../support/source-module.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { toyBytes } from '../toy-model.ts'

let root: string
let runner: JobRunner

beforeEach(() => {
  root = temporaryFolder()
  const file = JSON.stringify(sourceFile('convert/worker/entry.ts'))
  const entry = writeSourceModule(join(root, 'entry.mjs'), `await load(${file})`)
  runner = workerRunner({ entry })
  writeFileSync(join(root, 'toy.onnx'), toyBytes())
})

const inspectJob = (name: string): InspectJob => ({
  kind: 'inspect',
  file: join(root, name),
  displayName: name,
  query: '',
  root,
})

describe('the thread of a job', () => {
  test('converts, and tells each stage as it begins', async () => {
    const { job } = await openRequest({
      file: join(root, 'toy.onnx'),
      query: 'validate=off',
      root,
      cacheDir: join(root, 'cache'),
    })
    const stages: string[] = []
    const { assets } = await runner.convert(job, ({ stage }) => stages.push(stage))
    expect(stages).toEqual(['parse', 'normalise', 'rewrite', 'serialise', 'emit'])
    expect(assets).toEqual([expect.objectContaining({ role: 'model' })])
  })

  test('inspects', async () => {
    const { operators } = await runner.inspect(inspectJob('toy.onnx'))
    expect(operators).toEqual({ Conv: 1, Relu: 1 })
  })

  test('hands the model’s own errors over as they are', async () => {
    writeFileSync(join(root, 'net.pth'), '<!doctype html>')
    expect(await rejectionOf(runner.inspect(inspectJob('net.pth')))).toMatch(
      /^\[UNKNOWN_FORMAT\] net\.pth is a web page: the download failed\./,
    )
  })

  test('hands what is thrown by mistake over as a bug', async () => {
    // As no caller can write it.
    const broken: InspectJob = JSON.parse(JSON.stringify({ ...inspectJob('toy.onnx'), file: null }))
    expect(await rejectionOf(runner.inspect(broken))).toMatch(
      /^\[INTERNAL\] TypeError.*This is a bug in unplugin-model/,
    )
  })
})
