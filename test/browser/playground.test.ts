import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { build, type PreviewServer, preview } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DRAWINGS, type Drawing } from '../../playground/strokes.ts'
import { hasBrowser, launch, openPage, type Watched } from './browser.ts'

const ROOT = fileURLToPath(new URL('../../playground', import.meta.url))
const PAD_SIDE = 280

describe.skipIf(!hasBrowser())('the built playground', () => {
  let browser: Browser
  let server: PreviewServer
  let url: string
  beforeAll(async () => {
    await build({ root: ROOT, logLevel: 'error' })
    server = await preview({ root: ROOT, logLevel: 'error', preview: { port: 0, host: '127.0.0.1' } })
    url = server.resolvedUrls?.local[0] ?? ''
    browser = await launch()
  })
  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  /** The page with one variant loaded. Its problems are looked at after `use`. */
  async function withPage(variant: 'int8' | 'float', use: (watched: Watched) => Promise<void>) {
    const watched = await openPage(browser, url)
    await choose(watched.page, variant)
    await use(watched)
    expect(watched.problems).toEqual([])
    await watched.page.close()
  }

  it.each([
    { variant: 'float', maxDifference: 1e-4 },
    { variant: 'int8', maxDifference: 1 },
  ] as const)('reads the held-out digits as PyTorch does ($variant)', async ({ variant, maxDifference }) => {
    await withPage(variant, async ({ page }) => {
      await page.click('#check')
      await page.waitForSelector('#check-result[data-total]')
      expect(await page.getAttribute('#check-result', 'data-total')).toBe('360')
      expect(await page.getAttribute('#check-result', 'data-agreeing')).toBe('360')
      const difference = Number(await page.getAttribute('#check-result', 'data-max-difference'))
      expect(difference).toBeLessThan(maxDifference)
    })
  })

  it('takes a result off the page that is of another variant', async () => {
    await withPage('int8', async ({ page }) => {
      await page.click('#check')
      await page.waitForSelector('#check-result[data-total]')
      expect(await page.textContent('#check-result')).toMatch(/^int8: 357 of 360 right/)
      await choose(page, 'float')
      expect(await page.textContent('#check-result')).toMatch(/^Not read yet/)
      expect(await page.getAttribute('#check-result', 'data-total')).toBeNull()
    })
  })

  it('keeps its layout while the digits are read', async () => {
    await withPage('int8', async ({ page }) => {
      for (const width of [1280, 768, 390, 360]) {
        await page.setViewportSize({ width, height: 800 })
        const height = () => page.evaluate(() => document.documentElement.scrollHeight)
        await choose(page, 'float')
        const before = await height()
        await page.click('#check')
        await page.waitForSelector('#check-result[data-total]')
        expect(await height(), `${width} px`).toBe(before)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
        await choose(page, 'int8')
      }
    })
  })

  it('reads what a person draws, nine times of ten', async () => {
    await withPage('int8', async ({ page }) => {
      const wrong = { int8: [] as string[], float: [] as string[] }
      for (const drawing of DRAWINGS) {
        await draw(page, drawing)
        for (const variant of ['float', 'int8'] as const) {
          await choose(page, variant)
          const guess = await page.textContent('#guess')
          if (guess !== String(drawing.digit))
            wrong[variant].push(`${drawing.digit} (${drawing.hand}): ${guess}`)
        }
      }
      expect(wrong.float.length, wrong.float.join(', ')).toBeLessThanOrEqual(DRAWINGS.length / 10)
      expect(wrong.int8.length, wrong.int8.join(', ')).toBeLessThanOrEqual(DRAWINGS.length / 10)
    })
  }, 180_000)

  it('shows the download with its true total', async () => {
    await withPage('int8', async ({ page }) => {
      const bytes = await page.getAttribute('#bytes .is-current', 'data-bytes')
      expect(await page.getAttribute('#progress', 'data-loaded')).toBe(bytes)
      expect(await page.getAttribute('#progress', 'data-total')).toBe(bytes)
    })
  })

  it('is drawn on with the keyboard alone', async () => {
    await withPage('int8', async ({ page }) => {
      await page.focus('#pad')
      await page.keyboard.press('Space')
      for (let step = 0; step < 15; step++) await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Space')
      await expect.poll(() => page.textContent('#announcement')).toMatch(/^Read as 1,/)
      await page.keyboard.press('c')
      expect(await page.textContent('#guess')).toBe('–')
      await page.keyboard.press('8')
      await expect.poll(() => page.textContent('#guess')).toBe('8')
    })
  })
})

/** Switches to a variant, and waits until it is loaded and has read what is on the pad. */
async function choose(page: Page, variant: 'int8' | 'float'): Promise<void> {
  await page.check(`input[value=${variant}]`, { force: true })
  await page.waitForSelector(`[data-variant=${variant}] #progress[data-state=ready]`)
  await page.waitForSelector('#reading[aria-busy=false]')
}

/** Draws on a cleared pad with the mouse, and waits until it is read. */
async function draw(page: Page, { strokes }: Drawing): Promise<void> {
  await page.locator('#clear').dispatchEvent('click')
  const box = await page.locator('#pad').boundingBox()
  if (!box) throw new Error('the pad is not on the page')
  const scale = box.width / PAD_SIDE
  for (const [first, ...rest] of strokes) {
    if (!first) continue
    await page.mouse.move(box.x + first.x * scale, box.y + first.y * scale)
    await page.mouse.down()
    for (const { x, y } of rest) await page.mouse.move(box.x + x * scale, box.y + y * scale)
    await page.mouse.up()
  }
  await page.waitForSelector('#reading[aria-busy=false]')
}
