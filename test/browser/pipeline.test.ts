import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import model from '../../src/vite.ts'
import { ADD } from '../runtime/manifests.ts'
import { Project } from '../support/project.ts'
import { fixturePath, type Recorded, readSamples, recorded } from '../support/samples.ts'
import { tinyOnnx } from '../support/tiny-onnx.ts'
import { hasBrowser, launch, openPage } from './browser.ts'
import { buildAndServe, serveSources } from './vite-app.ts'

const HTML = '<!doctype html><title>digits</title><script type="module" src="/src/main.js"></script>'

describe.skipIf(!hasBrowser())('the whole pipeline, on an ONNX file', () => {
  it('carries it through a build into the page', async () => {
    const main = `import model from './add.onnx'
      globalThis.result = model.run({ x: Float32Array.of(1, 1, 1, 2, 2, 2) }).then(({ y }) => [...y.data])`
    await using app = await Project.create({
      'index.html': HTML,
      'src/main.js': main,
      'src/add.onnx': tinyOnnx(ADD),
    })
    await using served = await buildAndServe(app, { plugins: [model()] })
    const browser = await launch()
    try {
      const { page: opened, problems } = await openPage(browser, served.url)
      expect(await opened.evaluate('globalThis.result')).toEqual([2, 3, 4, 3, 4, 5])
      expect(problems).toEqual([])
    } finally {
      await browser.close()
    }
  }, 120_000)
})

/** A page that reads images with the model of one import. */
const page = (specifier: string) => `import model from '${specifier}'
globalThis.read = async (images) => {
  const { logits } = await model.run({ image: Float32Array.from(images) })
  return { dims: logits.dims, values: [...logits.data] }
}
`

const argmaxes = ({ values, dims: [, width = 1] }: Recorded): number[] =>
  Array.from({ length: values.length / width }, (_, row) => {
    const scores = values.slice(row * width, (row + 1) * width)
    return scores.indexOf(Math.max(...scores))
  })

const largestDifference = (a: Recorded, b: Recorded): number =>
  Math.max(...a.values.map((value, i) => Math.abs(value - (b.values[i] ?? Number.NaN))))

describe.skipIf(!hasBrowser())('the whole pipeline, on the digit reader', () => {
  let browser: Browser
  let images: Recorded
  let logits: Recorded
  beforeAll(async () => {
    browser = await launch()
    const samples = await readSamples('digits/net.samples.npz')
    images = recorded(samples, 'image')
    logits = recorded(samples, 'output:logits')
  })
  afterAll(() => browser.close())

  async function read(opened: Page): Promise<Recorded> {
    await opened.waitForFunction('globalThis.read', undefined, { timeout: 60_000 })
    return opened.evaluate(`globalThis.read(${JSON.stringify(images.values)})`)
  }

  const project = async (specifier: string) =>
    Project.create({
      'index.html': HTML,
      'src/main.js': page(specifier),
      'src/net.pth': await readFile(fixturePath('digits/net.pth')),
      'src/digits.pth': await readFile(fixturePath('digits/digits.pth')),
      'src/model.py': await readFile(fixturePath('digits/model.py')),
    })

  it.each(['./net.pth?format=onnx', './digits.pth?arch=./model.py&class=Net'])(
    'a built page gives with %s what torch gave',
    async (specifier) => {
      await using app = await project(specifier)
      await using served = await buildAndServe(app, { base: '/sub/', plugins: [model()] })
      const { page: opened, problems } = await openPage(browser, served.url)
      const answer = await read(opened)
      expect(answer.dims).toEqual(logits.dims)
      expect(largestDifference(answer, logits)).toBeLessThan(1e-4)
      expect(problems).toEqual([])
      await opened.close()
    },
    180_000,
  )

  it('int8 reads the same digits', async () => {
    await using app = await project('./net.pth?format=onnx&quant=int8')
    await using served = await buildAndServe(app, { plugins: [model()] })
    const { page: opened, problems } = await openPage(browser, served.url)
    const answer = await read(opened)
    expect(argmaxes(answer)).toEqual(argmaxes(logits))
    expect(largestDifference(answer, logits)).toBeGreaterThan(0)
    expect(problems).toEqual([])
    await opened.close()
  }, 180_000)

  it('an edit of the architecture is seen by the development page', async () => {
    await using app = await project('./digits.pth?arch=./model.py&class=Net')
    await using served = await serveSources(app, { plugins: [model()] })
    const { page: opened } = await openPage(browser, served.url)
    expect(largestDifference(await read(opened), logits)).toBeLessThan(1e-4)

    const source = await app.read('src/model.py')
    const doubled = source.replace('self.classifier(x)}', '2 * self.classifier(x)}')
    expect(doubled).not.toBe(source)
    const reloaded = opened.waitForEvent('load', { timeout: 60_000 })
    await app.write('src/model.py', doubled)
    await reloaded
    const twice = { dims: logits.dims, values: logits.values.map((value) => 2 * value) }
    expect(largestDifference(await read(opened), twice)).toBeLessThan(2e-4)
    await opened.close()
  }, 180_000)
})
