import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { cacheFolder } from '../../../src/convert/cache/location.ts'
import { prune } from '../../../src/convert/cache/prune.ts'
import { type ConvertResult, convert, keepResults } from '../../../src/convert/index.ts'
import type { JobRunner } from '../../../src/convert/job.ts'
import { rejectionOf } from '../../message-of.ts'
import { fakeRunner } from '../fake-runner.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let root: string
let file: string
let cacheDir: string

beforeEach(() => {
  root = temporaryFolder()
  file = join(root, 'net.pth')
  cacheDir = join(root, 'cache')
  writeFileSync(file, 'weights')
})

const ask = (runner: JobRunner, query = ''): Promise<ConvertResult> =>
  convert({ file, query, root, cacheDir }, runner)

const bytesOf = ({ assets }: ConvertResult): string => readFileSync(assets[0]?.path ?? '', 'utf8')

/** As if written long enough ago that its stamp can be trusted. */
const settle = (path: string): void => utimesSync(path, new Date(1e12), new Date(1e12))

describe('the cache', () => {
  test('gives the same bytes and the same findings on a hit, and runs nothing', async () => {
    const runner = fakeRunner()
    const miss = await ask(runner)
    const hit = await ask(runner)
    expect(runner.runs).toBe(1)
    expect([miss.report.cache, hit.report.cache]).toEqual(['miss', 'hit'])
    expect(bytesOf(hit)).toBe(bytesOf(miss))
    expect(hit.report.stages).toEqual(miss.report.stages.map((stage) => ({ ...stage, ms: 0, cached: true })))
    const constant = { cache: '', ms: 0, overhead: {}, stages: [] }
    expect({ ...hit.report, ...constant }).toEqual({ ...miss.report, ...constant })
  })

  test('tells what a call took, part by part', async () => {
    const slow = fakeRunner({ startMs: 60, stageMs: 1, endMs: 30 })
    const [first, second] = await Promise.all([ask(slow), ask(slow)])
    const [miss, hit] =
      first.report.cache === 'miss' ? [first.report, second.report] : [second.report, first.report]
    expect([miss.cache, hit.cache]).toEqual(['miss', 'hit'])
    expect(miss.overhead.start).toBeGreaterThanOrEqual(55)
    expect(miss.overhead.other).toBeGreaterThanOrEqual(25)
    expect(hit.overhead.wait).toBeGreaterThanOrEqual(80)
    expect(hit.overhead.start).toBe(0)
    for (const { ms, stages, overhead } of [miss, hit]) {
      const { lookUp, wait, start, other } = overhead
      const staged = stages.reduce((sum, stage) => sum + stage.ms, 0)
      expect(staged + lookUp + wait + start + other).toBeCloseTo(ms, 0)
    }
  })

  test('does not tell requests apart by the order of their keys, nor by what the import gives', async () => {
    const runner = fakeRunner()
    await ask(runner, 'quant=fp16&optimize=basic&as=model')
    const hit = await ask(runner, 'as=url&optimize=basic&quant=fp16')
    expect(hit.report.cache).toBe('hit')
    expect(hit.report.request['as']).toBe('url')
  })

  test('tells apart the versions of onnxruntime-web that results are judged by, unless they are not', async () => {
    const install = (version: string): void => {
      const folder = join(root, 'node_modules/onnxruntime-web')
      mkdirSync(join(folder, 'dist'), { recursive: true })
      writeFileSync(join(folder, 'dist/main.js'), '')
      const manifest = { name: 'onnxruntime-web', version, main: 'dist/main.js' }
      writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
    }
    const runner = fakeRunner()
    const origins: string[] = []
    for (const version of ['1.30.0', '1.30.0', '1.31.0', '1.30.0']) {
      install(version)
      for (const query of ['', 'validate=off']) origins.push((await ask(runner, query)).report.cache)
    }
    expect(origins).toEqual(['miss', 'miss', 'hit', 'hit', 'miss', 'hit', 'hit', 'hit'])
  })

  test('tells apart other keys, other content, and other names', async () => {
    const runner = fakeRunner()
    await ask(runner)
    await ask(runner, 'quant=int8')
    writeFileSync(file, 'weightz')
    await ask(runner)
    renameSync(file, join(root, 'other.pth'))
    file = join(root, 'other.pth')
    await ask(runner)
    expect(runner.runs).toBe(4)
  })

  test('finds the result again when the model has moved', async () => {
    const runner = fakeRunner()
    await ask(runner)
    mkdirSync(join(root, 'moved'))
    renameSync(file, join(root, 'moved', 'net.pth'))
    file = join(root, 'moved', 'net.pth')
    const hit = await ask(runner)
    expect(hit.report.cache).toBe('hit')
    expect(hit.report.source.path).toBe(file)
    expect(hit.dependencies).toEqual([file])
  })

  test('notices a file the model reads that appears, changes, and changes back', async () => {
    const runner = fakeRunner()
    const side = join(root, 'net.side')
    await ask(runner)
    writeFileSync(side, 'one')
    const withSide = await ask(runner)
    expect(withSide.dependencies).toEqual([file, side])
    writeFileSync(side, 'two')
    await ask(runner)
    expect(runner.runs).toBe(3)
    writeFileSync(side, 'one')
    expect((await ask(runner)).report.cache).toBe('hit')
    rmSync(side)
    expect((await ask(runner)).report.cache).toBe('hit')
    expect(runner.runs).toBe(3)
  })

  test('notices an edit that keeps size and modification time', async () => {
    const runner = fakeRunner()
    settle(file)
    await ask(runner)
    await ask(runner)
    writeFileSync(file, 'WEIGHTS')
    settle(file)
    expect((await ask(runner)).report.cache).toBe('miss')
  })

  test('notices a flipped byte in an asset, and makes it again', async () => {
    const runner = fakeRunner()
    const first = await ask(runner)
    const wanted = bytesOf(first)
    const path = first.assets[0]?.path ?? ''
    writeFileSync(path, wanted.replace('weights', 'weightz'))
    settle(path)
    const again = await ask(runner)
    expect(again.report.cache).toBe('miss')
    expect(bytesOf(again)).toBe(wanted)
  })

  test('makes an asset again that was removed', async () => {
    const runner = fakeRunner()
    const first = await ask(runner)
    rmSync(first.assets[0]?.path ?? '')
    expect(bytesOf(await ask(runner))).toContain('weights')
  })

  test.each(['', 'not json', '{"seal":"0","body":"[]"}'])(
    'makes a result again whose record is damaged: %j',
    async (text) => {
      const runner = fakeRunner()
      await ask(runner)
      const folder = join(cacheDir, 'v1', 'results')
      for (const name of readdirSync(folder)) writeFileSync(join(folder, name), text)
      expect((await ask(runner)).report.cache).toBe('miss')
      expect((await ask(runner)).report.cache).toBe('hit')
    },
  )

  test('lets one of several that want the same do the work', async () => {
    const runner = fakeRunner()
    const results = await Promise.all(Array.from({ length: 5 }, () => ask(runner)))
    expect(runner.runs).toBe(1)
    expect(results.map(({ report }) => report.cache).sort()).toEqual(['hit', 'hit', 'hit', 'hit', 'miss'])
  })

  test('keeps nothing of a conversion that failed', async () => {
    const failing: JobRunner = {
      convert: () => Promise.reject(new Error('boom')),
      inspect: () => Promise.reject(new Error('boom')),
    }
    await expect(ask(failing)).rejects.toThrow('boom')
    expect(existsSync(join(cacheDir, 'v1', 'results'))).toBe(false)
    expect((await ask(fakeRunner())).report.cache).toBe('miss')
  })

  test('is put where the call says, else UNPLUGIN_MODEL_CACHE, else under node_modules', () => {
    const before = process.env['UNPLUGIN_MODEL_CACHE']
    try {
      delete process.env['UNPLUGIN_MODEL_CACHE']
      expect(cacheFolder('/app').root).toBe('/app/node_modules/.cache/unplugin-model/v1')
      process.env['UNPLUGIN_MODEL_CACHE'] = '/ci/cache'
      expect(cacheFolder('/app').root).toBe('/ci/cache/v1')
      expect(cacheFolder('/app', 'here').root).toBe('/app/here/v1')
    } finally {
      if (before === undefined) delete process.env['UNPLUGIN_MODEL_CACHE']
      else process.env['UNPLUGIN_MODEL_CACHE'] = before
    }
  })

  test('serves a hit from a folder that cannot be written, whose digests are not those of these files', async () => {
    settle(file)
    await ask(fakeRunner())
    rmSync(join(cacheDir, 'v1/digests'), { recursive: true, force: true })
    writeFileSync(join(cacheDir, 'v1/digests'), 'no folder')
    await later(2100)
    expect((await ask(fakeRunner())).report.cache).toBe('hit')
  })

  test('says what to do when it cannot be written', async () => {
    writeFileSync(cacheDir, 'a file')
    expect(await rejectionOf(ask(fakeRunner()))).toMatch(
      /^\[CACHE_FAILED\] The cache cannot write .*UNPLUGIN_MODEL_CACHE\.$/,
    )
  })
})

describe('pruning', () => {
  const day = 86_400_000
  const bounds = { maxAgeMs: 30 * day, maxBytes: 1e9, keepMs: day, intervalMs: 0 }

  /** Two results, one last used 40 days ago. */
  async function makeTwo(): Promise<{ old: string; recent: string; folder: string }> {
    const runner = fakeRunner()
    const old = (await ask(runner)).assets[0]?.path ?? ''
    const folder = cacheFolder(root, cacheDir).root
    for (const name of ['results', 'assets']) age(join(folder, name), 40)
    const recent = (await ask(runner, 'quant=int8')).assets[0]?.path ?? ''
    return { old, recent, folder }
  }

  function age(folder: string, days: number): void {
    const then = new Date(Date.now() - days * day)
    for (const name of readdirSync(folder)) utimesSync(join(folder, name), then, then)
  }

  test('removes what was not used for long, with its assets', async () => {
    const { old, recent } = await makeTwo()
    await prune(cacheFolder(root, cacheDir), bounds)
    expect([existsSync(old), existsSync(recent)]).toEqual([false, true])
  })

  test('removes the longest unused when the cache is too large, and never what was just used', async () => {
    const { old, recent } = await makeTwo()
    await prune(cacheFolder(root, cacheDir), { ...bounds, maxAgeMs: 365 * day, maxBytes: 1 })
    expect([existsSync(old), existsSync(recent)]).toEqual([false, true])
  })

  describe.each(['build', 'server'] as const)('what the last %s stands on', (user) => {
    const keep = (...results: readonly ConvertResult[]) => keepResults({ root, cacheDir, user, results })
    const everything = { ...bounds, maxBytes: 1 }

    /** A result that was last used 40 days ago, and one that is as old as that. */
    async function makeTwoOld(): Promise<readonly [ConvertResult, ConvertResult]> {
      const runner = fakeRunner()
      const results = [await ask(runner), await ask(runner, 'quant=int8')] as const
      for (const name of ['results', 'assets']) age(join(cacheFolder(root, cacheDir).root, name), 40)
      return results
    }

    const present = (...results: readonly ConvertResult[]): boolean[] =>
      results.map(({ assets }) => existsSync(assets[0]?.path ?? ''))

    test('stays, however old it is and however small the cache', async () => {
      const [used, unused] = await makeTwoOld()
      await keep(used)
      await prune(cacheFolder(root, cacheDir), everything)
      expect(present(used, unused)).toEqual([true, false])
      const runner = fakeRunner()
      expect((await ask(runner)).report.cache).toBe('hit')
      expect(runner.runs).toBe(0)
    })

    test('stays when the same request has been made of other files since', async () => {
      const runner = fakeRunner()
      const used = await ask(runner)
      await keep(used)
      for (let edit = 0; edit < 5; edit++) {
        writeFileSync(join(root, 'net.side'), String(edit))
        await ask(runner)
      }
      for (const name of ['results', 'assets']) age(join(cacheFolder(root, cacheDir).root, name), 40)
      await prune(cacheFolder(root, cacheDir), everything)
      expect(present(used)).toEqual([true])
    })

    test('goes when the next one does without it', async () => {
      const [before, after] = await makeTwoOld()
      await keep(before)
      await keep(after)
      await prune(cacheFolder(root, cacheDir), everything)
      expect(present(before, after)).toEqual([false, true])
      await keep()
      await prune(cacheFolder(root, cacheDir), everything)
      expect(present(after)).toEqual([false])
    })

    test('stays for another project that shares the cache', async () => {
      const [mine, theirs] = await makeTwoOld()
      await keep(mine)
      await keepResults({ root: temporaryFolder(), cacheDir, user, results: [theirs] })
      await prune(cacheFolder(root, cacheDir), everything)
      expect(present(mine, theirs)).toEqual([true, true])
    })

    test('of a project that is no longer there goes with time', async () => {
      const [result] = await makeTwoOld()
      const gone = join(root, 'gone')
      await keepResults({ root: gone, cacheDir: resolve(cacheDir), user, results: [result] })
      await prune(cacheFolder(root, cacheDir), everything)
      expect(present(result)).toEqual([true])
      age(join(cacheFolder(root, cacheDir).root, 'in-use'), 40)
      await prune(cacheFolder(root, cacheDir), everything)
      expect(present(result)).toEqual([false])
      expect(readdirSync(join(cacheFolder(root, cacheDir).root, 'in-use'))).toEqual([])
    })

    test('is not known from a record that is damaged, and a cache that cannot be written is none the worse', async () => {
      const [result] = await makeTwoOld()
      await keep(result)
      const folder = join(cacheFolder(root, cacheDir).root, 'in-use')
      for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{"seal":"0","body":"{}"}')
      await prune(cacheFolder(root, cacheDir), everything)
      expect(present(result)).toEqual([false])
      rmSync(folder, { recursive: true })
      writeFileSync(folder, 'no folder')
      await keep(result)
    })
  })

  test('spares what a server stands on when a build does without it', async () => {
    const { old } = await makeTwo()
    const hit = await ask(fakeRunner())
    for (const name of ['results', 'assets']) age(join(cacheFolder(root, cacheDir).root, name), 40)
    await keepResults({ root, cacheDir, user: 'server', results: [hit] })
    await keepResults({ root, cacheDir, user: 'build', results: [] })
    await prune(cacheFolder(root, cacheDir), bounds)
    expect(existsSync(old)).toBe(true)
  })

  test('keeps an old result that a hit has just used', async () => {
    const { old } = await makeTwo()
    const runner = fakeRunner()
    await ask(runner)
    expect(runner.runs).toBe(0)
    await prune(cacheFolder(root, cacheDir), bounds)
    expect(existsSync(old)).toBe(true)
  })

  test('removes what a killed process left, once it is old', async () => {
    const { folder } = await makeTwo()
    const left = join(folder, 'assets', 'net-0.onnx.1a2b.tmp')
    writeFileSync(left, 'half')
    await prune(cacheFolder(root, cacheDir), bounds)
    expect(statSync(left).size).toBe(4)
    settle(left)
    await prune(cacheFolder(root, cacheDir), bounds)
    expect(existsSync(left)).toBe(false)
  })
})
