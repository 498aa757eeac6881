import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const EXECUTABLE = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Without a browser these tests are skipped with a notice; in CI that would hide what they are for, so there they fail. */
export function hasBrowser(): boolean {
  if (existsSync(EXECUTABLE)) return true
  if (process.env['CI']) throw new Error(`no browser at ${EXECUTABLE}; set CHROMIUM_PATH`)
  console.warn(`browser tests skipped: no browser at ${EXECUTABLE}; set CHROMIUM_PATH`)
  return false
}

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: EXECUTABLE, headless: true, args: FLAGS })

/** Everything that went wrong in a page, or left its origin. */
export interface Watched {
  readonly page: Page
  readonly requests: string[]
  readonly problems: string[]
}

/** A page that notes its failed requests, its errors and what it asks of other origins. */
export async function openPage(browser: Browser, url: string): Promise<Watched> {
  const page = await browser.newPage()
  const { origin } = new URL(url)
  const requests: string[] = []
  const problems: string[] = []
  page.on('request', (request) => {
    requests.push(request.url())
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin)
      problems.push(`left the origin: ${request.url()}`)
  })
  page.on('requestfailed', (request) => {
    problems.push(`failed: ${request.url()} ${request.failure()?.errorText ?? ''}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400 && !response.url().endsWith('/favicon.ico'))
      problems.push(`${response.status()}: ${response.url()}`)
  })
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  await page.goto(url)
  return { page, requests, problems }
}
