import type { Browser } from 'playwright-core'
import type { InlineConfig } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakePlugin } from '../plugin/vite-plugin.ts'
import { Project } from '../support/project.ts'
import { hasBrowser, launch, openPage } from './browser.ts'
import { buildAndServe } from './vite-app.ts'

const HTML = '<!doctype html><title>app</title><script type="module" src="/src/main.js"></script>'

const MAIN = `
import model from './net.pth?format=onnx&quant=int8'
const progress = []
globalThis.result = (async () => {
  await model.load({ onProgress: (event) => progress.push(event) })
  const { y } = await model.run({ x: Float32Array.of(10, 20, 30) })
  const wrong = await model.run({ z: new Float32Array(3) }).catch((error) => error.message)
  return { y: [...y.data], dims: y.dims, wrong, progress, bytes: model.meta.bytes, isolated: crossOriginIsolated }
})()
`

describe.skipIf(!hasBrowser())('a built page', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())

  async function run(config: InlineConfig, main = MAIN) {
    await using project = await Project.create({
      'index.html': HTML,
      'src/main.js': main,
      'src/net.pth': '1 2 3',
    })
    await using served = await buildAndServe(project, { ...config, plugins: [fakePlugin(project).plugin] })
    const { page, problems, requests } = await openPage(browser, served.url)
    const result: unknown = await page.evaluate('globalThis.result')
    const workers = page.workers().length
    await page.close()
    return { result, problems, requests, workers }
  }

  it.each(['/', '/sub/', './'])('runs the model under base %s', async (base) => {
    const { result, problems, requests } = await run({ base })
    expect(result).toMatchObject({ y: [11, 22, 33], dims: [1, 3] })
    expect(problems).toEqual([])
    expect(requests.filter((url) => url.endsWith('.wasm'))).toHaveLength(1)
  })

  it('tells progress with true totals, and what is wrong with a feed', async () => {
    const { result } = await run({})
    expect(result).toMatchObject({
      wrong: '[UNKNOWN_INPUT] net.pth has no input "z". It takes x: float32 [N, 3].',
    })
    const { progress, bytes } = Object(result)
    expect(progress.at(0)).toEqual({ loaded: 0, total: bytes })
    expect(progress.at(-1)).toEqual({ loaded: bytes, total: bytes })
  })

  it('uses two threads when the page is isolated', async () => {
    const headers = {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    }
    const main = `import model from './net.pth?format=onnx&quant=int8'
      document.body.append('entry ran')
      globalThis.result = (async () => {
        const ort = await model.ort()
        ort.env.wasm.numThreads = 2
        const { y } = await model.run({ x: Float32Array.of(1, 1, 1) })
        return { y: [...y.data], isolated: crossOriginIsolated, threads: ort.env.wasm.numThreads, text: document.body.innerText }
      })()`
    const { result, problems, workers } = await run({ preview: { headers } }, main)
    expect(workers).toBeGreaterThan(0)
    expect(result).toEqual({ y: [2, 3, 4], isolated: true, threads: 2, text: 'entry ran' })
    expect(problems).toEqual([])
  })

  it.each(['iife', 'es'] as const)('runs the model in a worker built as %s', async (format) => {
    const main = `const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
      globalThis.result = new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data)
        worker.onerror = (event) => reject(new Error(event.message))
      })`
    const worker = `import model from './net.pth?format=onnx'
      const { y } = await model.run({ x: Float32Array.of(0, 0, 0) })
      postMessage([...y.data])`
    await using project = await Project.create({
      'index.html': HTML,
      'src/main.js': main,
      'src/worker.js':
        format === 'es'
          ? worker
          : `import model from './net.pth?format=onnx'
        model.run({ x: Float32Array.of(0, 0, 0) }).then(({ y }) => postMessage([...y.data]))`,
      'src/net.pth': '1 2 3',
    })
    const { plugin } = fakePlugin(project)
    await using served = await buildAndServe(project, {
      base: '/sub/',
      worker: { format },
      plugins: [plugin],
    })
    const { page, problems } = await openPage(browser, served.url)
    expect(await page.evaluate('globalThis.result')).toEqual([1, 2, 3])
    expect(problems).toEqual([])
    await page.close()
  })

  it('asks for nothing until the model is used', async () => {
    const main = `import model from './net.pth?format=onnx'
      globalThis.result = Promise.resolve(model.inputs[0].name)`
    const { result, requests } = await run({}, main)
    expect(result).toBe('x')
    expect(requests.filter((url) => /\.(onnx|wasm|mjs)/.test(url))).toEqual([])
  })

  it('names a server that answers with its index.html', async () => {
    const main = `import model from './net.pth?format=onnx'
      const { fetch } = globalThis
      globalThis.fetch = (url, options) => fetch(String(url).endsWith('.onnx') ? '/' : url, options)
      globalThis.result = model.load().catch((error) => error.message)`
    expect((await run({}, main)).result).toMatch(
      /^\[ASSET_IS_HTML\] \/assets\/net\.pth.*\.onnx is a web page, not a model/,
    )
  })
})
