import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakePlugin } from '../plugin/vite-plugin.ts'
import { Project } from '../support/project.ts'
import { hasBrowser, launch, openPage } from './browser.ts'
import { serveSources } from './vite-app.ts'

const HTML = `<!doctype html><title>app</title><output></output><script type="module" src="/src/main.js"></script>`

const MAIN = `
import model from './net.pth?format=onnx&quant=int8'
const { y } = await model.run({ x: new Float32Array(3) })
document.querySelector('output').textContent = y.data.join(' ')
`

const files = {
  'index.html': HTML,
  'src/main.js': MAIN,
  'src/net.pth': '1 2 3 # more.txt',
  'src/more.txt': '0 0 10',
}

describe.skipIf(!hasBrowser())('a development page', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())

  it.each(['/', '/sub/'])(
    'runs the model under base %s, and again after each edit of its files',
    async (base) => {
      await using project = await Project.create(files)
      const { plugin, calls } = fakePlugin(project)
      await using served = await serveSources(project, { base, plugins: [plugin] })
      const { page, problems, requests } = await openPage(browser, served.url)
      const shows = (text: string) => page.getByText(text, { exact: true }).waitFor({ timeout: 20_000 })
      await shows('1 2 13')
      expect(calls).toHaveLength(1)

      await project.write('src/net.pth', '5 6 7 # more.txt')
      await shows('5 6 17')
      await project.write('src/more.txt', '0 0 100')
      await shows('5 6 107')
      const models = requests
        .filter((url) => url.includes('.onnx'))
        .map((url) => /\.([0-9a-f]{8})\./.exec(url)?.[1])
      expect(new Set(models).size).toBe(3)
      expect(problems).toEqual([])
      await page.close()
    },
  )

  it('shows an error whole, and the page once it is mended', async () => {
    const broken = MAIN.replace('format=onnx', 'fromat=onnx')
    await using project = await Project.create({ ...files, 'src/main.js': broken })
    await using served = await serveSources(project, { plugins: [fakePlugin(project).plugin] })
    const { page } = await openPage(browser, served.url)
    const overlay = page.locator('vite-error-overlay')
    await overlay.waitFor({ state: 'attached', timeout: 20_000 })
    expect(await overlay.locator('.message-body').textContent()).toContain(
      '[UNKNOWN_QUERY_KEY] net.pth?fromat=onnx&quant=int8: There is no query key "fromat" (src/main.js:2).',
    )
    await project.write('src/main.js', MAIN)
    await page.getByText('1 2 13', { exact: true }).waitFor({ timeout: 20_000 })
    await page.close()
  })

  it('comes up when a file that the model needs is mended before the first conversion', async () => {
    await using project = await Project.create({ ...files, 'src/more.txt': 'x' })
    await using served = await serveSources(project, { plugins: [fakePlugin(project).plugin] })
    const { page } = await openPage(browser, served.url)
    await page.locator('vite-error-overlay').waitFor({ state: 'attached', timeout: 20_000 })
    await project.write('src/more.txt', '0 0 1')
    await page.getByText('1 2 4', { exact: true }).waitFor({ timeout: 20_000 })
    await page.close()
  })

  it('uses two threads when it is isolated', async () => {
    const main = MAIN.replace('const { y }', '(await model.ort()).env.wasm.numThreads = 2\nconst { y }')
    await using project = await Project.create({ ...files, 'src/main.js': main })
    const headers = {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    }
    await using served = await serveSources(project, {
      server: { headers },
      plugins: [fakePlugin(project).plugin],
    })
    const { page, problems } = await openPage(browser, served.url)
    await page.getByText('1 2 13', { exact: true }).waitFor({ timeout: 20_000 })
    expect(await page.evaluate('crossOriginIsolated')).toBe(true)
    expect(page.workers().length).toBeGreaterThan(0)
    expect(problems).toEqual([])
    await page.close()
  })

  it.each([
    { title: 'the model', file: 'src/net.pth', bad: 'x', good: '1 2 3', shown: '1 2 3' },
    { title: 'a file it depends on', file: 'src/more.txt', bad: 'x', good: '0 0 1', shown: '1 2 4' },
  ])('recovers when $title is broken and mended', async ({ file, bad, good, shown }) => {
    await using project = await Project.create(files)
    await using served = await serveSources(project, { plugins: [fakePlugin(project).plugin] })
    const { page } = await openPage(browser, served.url)
    await page.getByText('1 2 13', { exact: true }).waitFor({ timeout: 20_000 })
    await project.write(file, bad)
    await page.locator('vite-error-overlay').waitFor({ state: 'attached', timeout: 20_000 })
    await project.write(file, good)
    await page.getByText(shown, { exact: true }).waitFor({ timeout: 20_000 })
    await page.close()
  })
})
