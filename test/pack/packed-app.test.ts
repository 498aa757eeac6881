import { spawn } from 'node:child_process'
import { access, cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, launch, openPage } from '../browser/browser.ts'
import { fixturePath, readSamples, recorded } from '../support/samples.ts'
import { cleanEnvironment, command } from './command.ts'
import { developedWith, PackedPackage } from './packed.ts'

const FILES = {
  'vite.config.ts': `import { defineConfig } from 'vite'
import model from 'unplugin-model/vite'

export default defineConfig({ plugins: [model()] })
`,
  'index.html': '<!doctype html><title>digits</title><script type="module" src="/src/main.ts"></script>\n',
  'src/main.ts': `import model from './net.pth?format=onnx'

async function read(images: number[]): Promise<{ logits: number[]; dims: readonly [number, 10] }> {
  const { logits } = await model.run({ image: Float32Array.from(images) })
  return { logits: [...logits.data], dims: logits.dims }
}

Object.assign(globalThis, { read })
`,
  // As `npm create vite` writes it.
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      target: 'ES2023',
      lib: ['ES2023', 'DOM'],
      module: 'ESNext',
      types: ['vite/client'],
      moduleResolution: 'bundler',
      allowImportingTsExtensions: true,
      verbatimModuleSyntax: true,
      noEmit: true,
      strict: true,
      noUnusedLocals: true,
      erasableSyntaxOnly: true,
    },
    include: ['src', 'vite.config.ts'],
  }),
}

/** A new app outside the repository, with the tarball installed by npm. */
async function createApp(tarball: string): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'unplugin-model-app-')))
  const manifest = {
    name: 'digits',
    private: true,
    type: 'module',
    dependencies: { 'unplugin-model': `file:${tarball}` },
    devDependencies: await developedWith('vite', 'typescript'),
  }
  for (const [path, text] of Object.entries({ ...FILES, 'package.json': JSON.stringify(manifest) })) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  await cp(fixturePath('digits/net.pth'), join(root, 'src/net.pth'))
  await command(root, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund')
  return root
}

async function preview(root: string): Promise<{ url: string } & AsyncDisposable> {
  const port = String(await freePort())
  const args = [
    'node_modules/vite/bin/vite.js',
    'preview',
    '--port',
    port,
    '--strictPort',
    '--host',
    '127.0.0.1',
  ]
  const server = spawn(process.execPath, args, {
    cwd: root,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  await new Promise((resolve, reject) => {
    server.stdout.once('data', resolve)
    server.once('exit', () => reject(new Error('vite preview ended')))
  })
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.kill()
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('the packed package in a new Vite app outside the repository', () => {
  let root = ''

  beforeAll(async () => {
    await using packed = await PackedPackage.build()
    root = await createApp(packed.tarball)
  }, 300_000)
  afterAll(() => rm(root, { recursive: true, force: true }))

  it('holds every page that its README and its docs refer to', async () => {
    const folder = join(root, 'node_modules/unplugin-model')
    const docs = (await readdir(join(folder, 'docs'))).map((name) => join('docs', name))
    const texts = await Promise.all(
      ['README.md', ...docs].map(async (page) => ({
        page,
        text: await readFile(join(folder, page), 'utf8'),
      })),
    )
    const links = texts.flatMap(({ page, text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => join(dirname(page), link)),
    )
    expect(links).toContain('docs/command-line.md')
    for (const link of links) await expect(access(join(folder, link)), link).resolves.toBeUndefined()
  })

  it('type-checks before it was ever built, once unplugin-model types has run', async () => {
    const tsc = () => command(root, process.execPath, 'node_modules/typescript/bin/tsc', '--noEmit')
    await expect(tsc()).rejects.toThrow(/src\/main\.ts\(1,19\): error TS2307/)
    await command(root, 'npx', 'unplugin-model', 'types')
    await tsc()
  }, 180_000)

  it('builds with one plugin and one import, and finds the types as they shall be', async () => {
    const types = join(root, 'src/unplugin-model.d.ts')
    const before = await readFile(types, 'utf8')
    const output = await command(root, process.execPath, 'node_modules/vite/bin/vite.js', 'build')
    expect(output).toMatch(/^unplugin-model {2}net\.pth\?format=onnx {2}1\.1 MB → /m)
    expect(await readFile(types, 'utf8')).toBe(before)
  }, 180_000)

  it('type-checks, with the types of the model', async () => {
    await command(root, process.execPath, 'node_modules/typescript/bin/tsc', '--noEmit')
    await writeFile(
      join(root, 'src/wrong.ts'),
      "import model from './net.pth?fromat=onnx'\nexport { model }\n",
    )
    const wrong = command(root, process.execPath, 'node_modules/typescript/bin/tsc', '--noEmit')
    await expect(wrong).rejects.toThrow(/src\/wrong\.ts\(1,19\): error TS2307/)
    await rm(join(root, 'src/wrong.ts'))
  }, 120_000)

  it.skipIf(!hasBrowser())(
    'gives in the browser what torch gave',
    async () => {
      const samples = await readSamples('digits/net.samples.npz')
      const expected = recorded(samples, 'output:logits')
      await using served = await preview(root)
      const browser = await launch()
      try {
        const { page, problems } = await openPage(browser, served.url)
        await page.waitForFunction('globalThis.read')
        const answer: { logits: number[]; dims: number[] } = await page.evaluate(
          `globalThis.read(${JSON.stringify(recorded(samples, 'image').values)})`,
        )
        expect(answer.dims).toEqual(expected.dims)
        const worst = Math.max(
          ...answer.logits.map((logit, i) => Math.abs(logit - (expected.values[i] ?? Number.NaN))),
        )
        expect(worst).toBeLessThan(1e-4)
        expect(problems).toEqual([])
      } finally {
        await browser.close()
      }
    },
    120_000,
  )
})
