import { createReadStream, existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { PlacedModel } from './models.ts'

const MIME: { readonly [extension: string]: string } = {
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}
const DIST = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'))
const FLAGS = ['--no-sandbox', '--disable-gpu', '--enable-unsafe-webgpu', '--disable-background-networking']

/** The runtime keeps the `console.log` it finds when it loads, and prints profiles to it. */
const HTML = `<!doctype html><script type="module">
window.printed = []
console.log = (text) => window.printed.push(String(text))
window.runtime = import('/ort.webgpu.min.mjs').then((ort) => {
  Object.assign(ort.env.wasm, { wasmPaths: '/', numThreads: 1 })
  ort.env.logLevel = 'fatal'
  return ort
})
</script>`

declare global {
  interface Window {
    readonly printed: string[]
    readonly runtime: Promise<typeof import('onnxruntime-web')>
  }
}

export type Provider = 'wasm' | 'webgpu'

/** What became of a model in the page. */
export interface Ran {
  /** Operator → execution provider, of the kernels that ran. */
  readonly kernels: readonly (readonly [op: string, provider: string])[]
  readonly outputs: readonly (readonly number[])[]
  /** Why it did not load or run. */
  readonly error: string | undefined
}

/** onnxruntime-web in a page of Chromium: WebGPU is SwiftShader's where there is no GPU, which places nodes alike. */
export class RuntimePage {
  readonly #server: Server
  readonly #browser: Browser
  readonly #page: Page

  private constructor(server: Server, browser: Browser, page: Page) {
    this.#server = server
    this.#browser = browser
    this.#page = page
  }

  /** @param executablePath A Chromium or Chrome. */
  static async open(executablePath: string): Promise<RuntimePage> {
    const server = createServer(({ url = '/' }, response) => {
      const file = join(DIST, url)
      const type = MIME[extname(url)] ?? 'text/html'
      if (url === '/') response.writeHead(200, { 'content-type': type }).end(HTML)
      else if (!existsSync(file)) response.writeHead(404).end()
      else createReadStream(file).pipe(response.writeHead(200, { 'content-type': type }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS })
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${port}/`)
    return new RuntimePage(server, browser, page)
  }

  async close(): Promise<void> {
    await this.#browser.close()
    this.#server.close()
  }

  /** Loads and runs a model on seeded inputs, with onnxruntime's own profile of which kernels ran. */
  async run({ bytes, feeds }: PlacedModel, provider: Provider): Promise<Ran> {
    const { printed, ...ran } = await this.#page.evaluate(runInPage, {
      model: Buffer.from(bytes).toString('base64'),
      feeds,
      provider,
    })
    return { ...ran, kernels: kernelsOf(printed) }
  }
}

/** Runs in the page, so it sees nothing from outside. */
async function runInPage({
  model,
  feeds,
  provider,
}: {
  model: string
  feeds: PlacedModel['feeds']
  provider: Provider
}) {
  try {
    const ort = await window.runtime
    const session = await ort.InferenceSession.create(
      Uint8Array.from(atob(model), (char) => char.charCodeAt(0)),
      { executionProviders: [provider], enableProfiling: true, logSeverityLevel: 4 },
    )
    const arrays: Record<string, (values: number[]) => ArrayBufferView> = {
      float32: (values) => Float32Array.from(values, (value) => Math.sin(value) * 0.9),
      int64: (values) => BigInt64Array.from(values, (value) => BigInt(value % 2)),
      int32: (values) => Int32Array.from(values, (value) => value % 5),
      uint8: (values) => Uint8Array.from(values, (value) => value % 5),
      int8: (values) => Int8Array.from(values, (value) => value % 5),
      bool: (values) => Uint8Array.from(values, (value) => value % 2),
    }
    const given = Object.fromEntries(
      feeds.map(({ name, dtype, dims }) => {
        const count = dims.reduce((product, dim) => product * dim, 1)
        const data = arrays[dtype]?.(Array.from({ length: count }, (_, at) => at + 1))
        return [name, Reflect.construct(ort.Tensor, [dtype, data, dims])]
      }),
    )
    const results = Object.values(await session.run(given))
    const outputs: number[][] = []
    for (const result of results) outputs.push(Array.from(await result.getData(), Number))
    window.printed.length = 0
    session.endProfiling()
    const printed = window.printed.join('\n')
    await session.release()
    return { printed, outputs, error: undefined }
  } catch (error) {
    return { printed: '[]', outputs: [], error: String(error) }
  }
}

interface Kernel {
  readonly name: string
  readonly args: { readonly op_name: string; readonly provider: string }
}

const isKernel = (event: unknown): event is Kernel =>
  typeof event === 'object' &&
  event !== null &&
  'name' in event &&
  String(event.name).endsWith('_kernel_time') &&
  'args' in event

function kernelsOf(printed: string): (readonly [string, string])[] {
  const events: unknown = JSON.parse(printed)
  if (!Array.isArray(events)) return []
  return events
    .filter(isKernel)
    .map(({ args }) => [args.op_name, args.provider.replace('ExecutionProvider', '')] as const)
}
