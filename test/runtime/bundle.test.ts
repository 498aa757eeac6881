import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { expect, it } from 'vitest'

const ENTRY = resolve(import.meta.dirname, '../../src/runtime/index.ts')

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: { write: false, minify: true, lib: { entry: ENTRY, formats: ['es'] } },
  })
  const [output] = Array.isArray(built) ? built : []
  const [chunk] = output?.output ?? []
  return chunk?.type === 'chunk' ? chunk.code : ''
}

it('is under 8 KB gzipped, and imports nothing', async () => {
  const code = await bundle()
  expect(code).toContain('ASSET_IS_HTML')
  expect(code).not.toMatch(/\bimport\b/)
  expect(gzipSync(code).length).toBeLessThan(8192)
})
