import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { expect, it } from 'vitest'

const ENTRY = resolve(import.meta.dirname, '../../src/runtime/index.ts')

/** As an app's own build would minify it, with every export kept. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: ENTRY, preserveEntrySignatures: 'strict' },
    },
  })
  const [chunk] = 'output' in built ? built.output : []
  return chunk?.type === 'chunk' ? chunk.code : ''
}

it('is under 8 KB gzipped, and imports nothing', async () => {
  const code = await bundle()
  expect(code).toContain('ASSET_IS_HTML')
  expect(code).not.toMatch(/\bimport\b/)
  expect(gzipSync(code).length).toBeLessThan(8192)
})
