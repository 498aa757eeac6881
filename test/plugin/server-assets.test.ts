import { describe, expect, it } from 'vitest'
import { ServerAssets } from '../../src/plugin/server-assets.ts'

describe('model files of a server bundle', () => {
  it('are named relative to the chunk, whose map follows the edit', () => {
    const assets = new ServerAssets()
    const { expression } = assets.refer('/cache/net-1a2b.onnx')
    const placed = assets.place(`const url = ${expression}; after()\n`, 'chunks/app.js', 'assets')
    expect(placed?.code).toBe(
      'const url = new URL("../assets/net-1a2b.onnx", import.meta.url).href; after()\n',
    )
    expect(placed?.map.mappings.split(',').length).toBeGreaterThan(3)
  })

  it('leave chunks without any as they are', () => {
    expect(new ServerAssets().place('const url = 1', 'app.js', 'assets')).toBeUndefined()
  })
})
