import { readdir, rm, stat } from 'node:fs/promises'
import { build, createLogger, type InlineConfig } from 'vite'
import { describe, expect, it } from 'vitest'
import { Project } from '../support/project.ts'
import { fakePlugin } from './vite-plugin.ts'

const HTML = '<!doctype html><script type="module" src="/src/main.js"></script>'
const IMPORT = `import model from './net.pth?format=onnx&quant=int8'\nconsole.log(model.meta)`

async function buildProject(project: Project, config: InlineConfig = {}) {
  const { plugin, calls, kept } = fakePlugin(project)
  const lines: string[] = []
  const logger = { ...createLogger('silent'), info: (text: string) => void lines.push(text) }
  const output = await build({
    root: project.root,
    configFile: false,
    customLogger: logger,
    plugins: [plugin],
    ...config,
  })
  return { output, calls, lines, kept }
}

const app = (main: string, more = {}) =>
  Project.create({ 'index.html': HTML, 'src/main.js': main, 'src/net.pth': '1 2 3', ...more })

describe('what is emitted', () => {
  it('is the model and the smallest wasm pair, each once, by content hash', async () => {
    await using project = await app(`${IMPORT}\nimport('./other.js')`, {
      'src/other.js': `import model from './net.pth?quant=int8&format=onnx'\nconsole.log(model)`,
    })
    await buildProject(project)
    const names = await readdir(project.path('dist/assets'))
    expect(names.filter((name) => name.endsWith('.onnx'))).toHaveLength(1)
    const pair = names
      .filter((name) => /\.(wasm|mjs)$/.test(name))
      .map((name) => name.replace(/-[^-]{8}\./, '.'))
    expect(pair.sort()).toEqual(['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'])
  })

  it('is a file even when it is small, and the same from build to build', async () => {
    await using project = await app(IMPORT)
    const names = async () => {
      await buildProject(project)
      return readdir(project.path('dist/assets'))
    }
    const first = await names()
    const model = first.find((name) => name.endsWith('.onnx')) ?? ''
    expect((await stat(project.path(`dist/assets/${model}`))).size).toBeLessThan(4096)
    expect(await names()).toEqual(first)
  })

  it('is kept in the cache as what the last build stands on', async () => {
    await using project = await app(`${IMPORT}\nimport url from './net.pth?as=url'\nconsole.log(url)`)
    const { kept } = await buildProject(project)
    expect(kept.map(({ user, root }) => [user.kind, root])).toEqual([['build', project.root]])
    expect([...(kept[0]?.results ?? [])]).toHaveLength(2)
  })

  it('is kept apart for builds of other modes, environments and output folders', async () => {
    await using project = await app(IMPORT, { 'src/server.js': 'export const nothing = 0' })
    const builds: InlineConfig[] = [
      {},
      { mode: 'staging' },
      { build: { outDir: 'other' } },
      { build: { ssr: 'src/server.js' } },
    ]
    const users: string[] = []
    for (const config of [...builds, {}]) {
      const { kept } = await buildProject(project, config)
      users.push(...kept.map(({ user }) => JSON.stringify(user)))
    }
    expect(new Set(users.slice(0, -1)).size).toBe(builds.length)
    expect(users.at(-1)).toBe(users[0])
  })

  it('is made again, under --watch, when the file is mended that it failed for', async () => {
    await using project = await app(IMPORT, { 'src/net.pth': '1 2 3 # more.txt', 'src/more.txt': 'x' })
    const watcher = await build({
      root: project.root,
      configFile: false,
      logLevel: 'silent',
      build: { watch: {} },
      plugins: [fakePlugin(project).plugin],
    })
    if (!('on' in watcher)) throw new Error('nothing is watched')
    const events = new Map<string, () => void>()
    watcher.on('event', ({ code }) => events.get(code)?.())
    const next = (code: string) => new Promise<void>((done) => events.set(code, done))
    await next('ERROR')
    const ended = next('BUNDLE_END')
    await project.write('src/more.txt', '0 0 1')
    await ended
    await watcher.close()
    expect(await readdir(project.path('dist/assets'))).toContainEqual(
      expect.stringMatching(/^net\.pth\..*\.onnx$/),
    )
  }, 20_000)

  it('is kept for nobody when the build fails', async () => {
    await using project = await app(`${IMPORT}\nimport './gone.js'`)
    const { plugin, kept } = fakePlugin(project)
    const failed = build({ root: project.root, configFile: false, logLevel: 'silent', plugins: [plugin] })
    await expect(failed).rejects.toThrow('gone.js')
    expect(kept).toEqual([])
  })

  it('is nothing of onnxruntime for ?as=meta and ?as=url', async () => {
    await using project = await app(
      `import url from './net.pth?as=url'\nimport meta from './net.pth?as=meta'\nconsole.log(url, meta)`,
    )
    await buildProject(project)
    const names = await readdir(project.path('dist/assets'))
    expect(names.filter((name) => /ort|wasm/.test(name))).toEqual([])
  })

  it('leaves the host its own imports', async () => {
    await using project = await app(`import url from './net.pth?url&no-inline'\nconsole.log(url)`)
    const { calls } = await buildProject(project)
    expect(calls).toEqual([])
    expect(await readdir(project.path('dist/assets'))).toContainEqual(expect.stringMatching(/^net-.*\.pth$/))
  })
})

describe('conversions', () => {
  it('are run once for two importers', async () => {
    await using project = await app(`${IMPORT}\nimport './other.js'`, {
      'src/other.js': `import model from './net.pth?format=onnx&quant=int8'\nconsole.log(model.inputs)`,
    })
    expect((await buildProject(project)).calls).toEqual(['net.pth?format=onnx&quant=int8'])
  })

  it('are told in one line each', async () => {
    await using project = await app(IMPORT)
    const { lines } = await buildProject(project)
    expect(lines.filter((line) => line.startsWith('unplugin-model'))).toEqual([
      expect.stringMatching(
        /^unplugin-model {2}net\.pth\?format=onnx&quant=int8 {2}1\.0 kB → \d+ B \(\d+ %\) {2}int8 {2}error 1\.2e-3, 41 dB {2}840 ms, miss$/,
      ),
    ])
  })

  it('go through aliases', async () => {
    await using project = await app(IMPORT.replace('./net', '@/net'))
    const alias = { '@': project.path('src') }
    expect((await buildProject(project, { resolve: { alias } })).calls).toHaveLength(1)
  })
})

describe('errors fail the build with their whole text', () => {
  it.each([
    [
      './net.pth?fromat=onnx',
      '[UNKNOWN_QUERY_KEY] net.pth?fromat=onnx: There is no query key "fromat" (src/main.js:1).',
    ],
    ['./nte.pth?format=onnx', '[FILE_NOT_FOUND] nte.pth does not exist (src/main.js:1).'],
    ['./bad.pth', '[UNKNOWN_FORMAT] bad.pth is no numbers.'],
  ])('%s', async (specifier, text) => {
    await using project = await app(`import model from '${specifier}'\nconsole.log(model)`, {
      'src/bad.pth': 'x',
    })
    await expect(buildProject(project)).rejects.toThrow(text)
  })

  it('when onnxruntime-web is too old to have the files', async () => {
    await using project = await app(IMPORT)
    await rm(project.path('node_modules/onnxruntime-web'))
    await project.write('node_modules/onnxruntime-web/package.json', '{ "main": "dist/ort.js" }')
    await project.write('node_modules/onnxruntime-web/dist/ort.js', '')
    await expect(buildProject(project)).rejects.toThrow(
      '[RUNTIME_MISSING] The installed onnxruntime-web has no ',
    )
  })
})

describe('types', () => {
  it('are written for each import as it is spelled, and kept for models that exist', async () => {
    await using project = await app(
      `${IMPORT}\nimport './b/other.js'\nimport a from '@/net.pth?as=url'\nconsole.log(a)`,
      {
        'src/b/other.js': `import model from '../net.pth?quant=fp16'\nimport b from './net.pth?quant=fp16'\nconsole.log(model, b)`,
        'src/b/net.pth': '1 2 3 4',
      },
    )
    await buildProject(project, { resolve: { alias: { '@': project.path('src') } } })
    const text = await project.read('src/unplugin-model.d.ts')
    const patterns = [...text.matchAll(/^declare module '(.*)'/gm)].map(([, pattern]) => pattern)
    expect(patterns).toEqual([
      '*/src/net.pth?as=url',
      '*/net.pth?as=url',
      '*/net.pth?format=onnx&quant=int8',
      '*/net.pth?quant=fp16',
    ])

    await project.write('src/main.js', "import model from './b/net.pth'\nconsole.log(model)")
    await buildProject(project)
    expect(await project.read('src/unplugin-model.d.ts')).toContain("'*/net.pth?format=onnx&quant=int8'")
    await rm(project.path('src/net.pth'))
    await buildProject(project)
    expect(await project.read('src/unplugin-model.d.ts')).not.toContain('int8')
  })

  it('are not written again when nothing changed', async () => {
    await using project = await app(IMPORT)
    await buildProject(project)
    const before = await stat(project.path('src/unplugin-model.d.ts'))
    await buildProject(project)
    expect((await stat(project.path('src/unplugin-model.d.ts'))).ino).toBe(before.ino)
  })

  it('go where dts says, or nowhere', async () => {
    await using project = await app(IMPORT)
    const { plugin } = fakePlugin(project, { dts: 'types/models.d.ts' })
    await buildProject(project, { plugins: [plugin] })
    expect(await project.read('types/models.d.ts')).toContain('declare module')
    await using silent = await app(IMPORT)
    await buildProject(silent, { plugins: [fakePlugin(silent, { dts: false }).plugin] })
    await expect(silent.read('src/unplugin-model.d.ts')).rejects.toThrow('ENOENT')
  })
})
