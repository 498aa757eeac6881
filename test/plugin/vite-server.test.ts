import { execFile } from 'node:child_process'
import { readdir, rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import { build, createServer, type InlineConfig } from 'vite'
import { expect, it } from 'vitest'
import { Project } from '../support/project.ts'
import { fakePlugin } from './vite-plugin.ts'

const run = promisify(execFile)

const ENTRY = `
import model from './net.pth?format=onnx'
import url from './net.pth?format=onnx&as=url'
import load from './net.pth?format=onnx&as=bytes'
import meta from './net.pth?format=onnx&as=meta'
export async function answer() {
  const { y } = await model.run({ x: Float32Array.of(1, 1, 1) })
  const bytes = await load()
  return JSON.stringify({ y: [...y.data], url, bytes: bytes.length === meta.bytes, layers: meta.layers.length })
}
`

const FILES = { 'src/entry.js': ENTRY, 'src/net.pth': '1 2 3', 'package.json': '{ "type": "module" }' }

const quiet = (project: Project, config: InlineConfig): InlineConfig => ({
  root: project.root,
  configFile: false,
  logLevel: 'error',
  ...config,
})

it.each([
  { title: 'with its packages external', noExternal: [], folder: '' },
  { title: 'with all packages bundled', noExternal: true as const, folder: '' },
  { title: 'with chunks in folders of their own', noExternal: [], folder: 'deep/er/' },
])('a server build $title runs in Node', async ({ noExternal, folder }) => {
  await using project = await Project.create(FILES)
  const { plugin } = fakePlugin(project)
  const output = { entryFileNames: `${folder}[name].js` }
  const ssr = { ssr: 'src/entry.js', outDir: 'server', rolldownOptions: { output } }
  await build(quiet(project, { base: '/sub/', build: ssr, ssr: { noExternal }, plugins: [plugin] }))
  expect(await readdir(project.path('server/assets'))).toEqual([
    expect.stringMatching(/^net\.pth\..*\.onnx$/),
  ])
  await rm(project.path('node_modules/.cache'), { recursive: true })

  const entry = `./server/${folder}entry.js`
  await project.write('server.mjs', `import { answer } from '${entry}'\nconsole.log(await answer())`)
  const { stdout } = await run(process.execPath, ['server.mjs'], { cwd: project.root })
  expect(JSON.parse(stdout)).toEqual({
    y: [2, 3, 4],
    url: expect.stringMatching(/^\/sub\/assets\/net.*\.onnx$/),
    bytes: true,
    layers: 3,
  })
})

it('the development server runs the model in Node', async () => {
  await using project = await Project.create(FILES)
  const { plugin, kept } = fakePlugin(project)
  const server = await createServer(
    quiet(project, { server: { middlewareMode: true }, appType: 'custom', plugins: [plugin] }),
  )
  try {
    const { answer } = await server.ssrLoadModule('/src/entry.js')
    expect(JSON.parse(await answer())).toMatchObject({ y: [2, 3, 4], bytes: true })
    expect(new Set(kept.map(({ user }) => user))).toEqual(new Set(['server']))
    expect([...(kept.at(-1)?.results ?? [])]).toHaveLength(4)
  } finally {
    await server.close()
  }
})
