import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { readAsset } from '../../src/runtime/node.ts'
import { readAssets } from '../../src/runtime/read-assets.ts'
import { AssetServer } from './asset-server.ts'
import { assetOf, manifestOf } from './manifests.ts'

const BYTES = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7) & 255)
const HTML = `<!DOCTYPE html><html><body>${'app'.repeat(30)}</body></html>`

interface Read {
  readonly listener: RequestListener
  readonly expected?: Uint8Array
  readonly signal?: AbortSignal
}

async function read({ listener, expected = BYTES, signal = new AbortController().signal }: Read) {
  await using server = await AssetServer.start(listener)
  const asset = assetOf(expected, { url: `${server.origin}/net.onnx` })
  const progress: { loaded: number; total: number }[] = []
  const onProgress = (event: { loaded: number; total: number }) => progress.push(event)
  const files = await readAssets(manifestOf({ assets: [asset] }), {}, { signal, onProgress })
  return { bytes: files[0]?.bytes, progress }
}

it('reads an asset and counts its bytes', async () => {
  const { bytes, progress } = await read({ listener: (_, response) => response.end(BYTES) })
  expect(bytes).toEqual(BYTES)
  expect(progress[0]).toEqual({ loaded: 0, total: BYTES.length })
  expect(progress.at(-1)).toEqual({ loaded: BYTES.length, total: BYTES.length })
})

it('totals stay true when the server compresses', async () => {
  const body = gzipSync(BYTES)
  const { progress } = await read({
    listener: (_, response) => {
      response.setHeader('content-encoding', 'gzip').setHeader('content-length', body.length).end(body)
    },
  })
  expect(body.length).toBeLessThan(BYTES.length / 2)
  expect(progress.at(-1)).toEqual({ loaded: BYTES.length, total: BYTES.length })
})

describe('what is wrong is named', () => {
  const flipped = Uint8Array.from(BYTES, (byte, i) => (i === 5 ? byte ^ 1 : byte))
  const cases: { title: string; read: Read; text: RegExp }[] = [
    {
      title: 'a missing file',
      read: { listener: (_, response) => response.writeHead(404, 'Not Found').end() },
      text: /^\[ASSET_UNREACHABLE\] http:.*\/net\.onnx could not be fetched: the server answered 404 Not Found\./,
    },
    {
      title: 'a connection that breaks',
      read: { listener: (_, response) => response.writeHead(200, { 'content-length': 99 }).destroy() },
      text: /^\[ASSET_UNREACHABLE\] /,
    },
    {
      title: 'an index.html of fewer bytes than the model',
      read: { listener: (_, response) => response.end(HTML) },
      text: /^\[ASSET_IS_HTML\] http:.*\/net\.onnx is a web page, not a model/,
    },
    {
      title: 'an index.html of more bytes than the model',
      read: { listener: (_, response) => response.end(HTML), expected: BYTES.slice(0, 10) },
      text: /^\[ASSET_IS_HTML\] /,
    },
    {
      title: 'a shorter file',
      read: { listener: (_, response) => response.end(BYTES.slice(0, 1000)) },
      text: /^\[ASSET_CHANGED\] .*has 1000 bytes where the build wrote 300000\./,
    },
    {
      title: 'a longer file',
      read: { listener: (_, response) => response.end(BYTES), expected: BYTES.slice(0, 1000) },
      text: /^\[ASSET_CHANGED\] .*is longer than the 1000 bytes/,
    },
    {
      title: 'one changed bit',
      read: { listener: (_, response) => response.end(flipped) },
      text: /^\[ASSET_CHANGED\] .*has other content\. /,
    },
  ]
  it.each(cases)('$title', async ({ read: options, text }) => {
    await expect(read(options)).rejects.toThrow(text)
  })
})

it('checks the digest where crypto.subtle does not exist, as on http pages', async () => {
  vi.stubGlobal('crypto', {})
  try {
    await read({ listener: (_, response) => response.end(BYTES) })
    const flipped = Uint8Array.from(BYTES).fill(0, 9)
    await expect(read({ listener: (_, response) => response.end(flipped) })).rejects.toThrow(
      '[ASSET_CHANGED]',
    )
  } finally {
    vi.unstubAllGlobals()
  }
})

it('an abort gives the reason of the signal', async () => {
  const controller = new AbortController()
  const listener: RequestListener = (_, response) => {
    response.write(BYTES.slice(0, 1000))
    setTimeout(() => controller.abort(new Error('left the page')), 20)
  }
  await expect(read({ listener, signal: controller.signal })).rejects.toThrow('left the page')
})

it('a file that a server reads is a plain Uint8Array, as what a page fetches', async () => {
  const bytes = await readAsset(new URL('../../package.json', import.meta.url).href)
  expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
  expect(new TextDecoder().decode(bytes)).toContain('"unplugin-model"')
})
