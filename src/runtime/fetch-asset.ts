import { ModelRuntimeError, messageOf } from './errors.ts'
import type { Asset } from './manifest.ts'
import { htmlError, looksLikeHtml, verifyAsset } from './verify-asset.ts'

export interface FetchOptions {
  readonly signal: AbortSignal
  /** Told the bytes received since the last call. */
  readonly onBytes: (count: number) => void
}

/** Fetches one asset into one buffer of its known size, and verifies it. */
export async function fetchAsset(asset: Asset, { signal, onBytes }: FetchOptions): Promise<Uint8Array> {
  const response = await request(asset, signal)
  const contentType = response.headers.get('content-type') ?? ''
  const bytes = await receive(asset, response, onBytes).catch((error: unknown) => {
    throw signal.aborted || error instanceof ModelRuntimeError
      ? error
      : unreachable(asset, messageOf(error), error)
  })
  await verifyAsset(asset, bytes, contentType)
  return bytes
}

async function request(asset: Asset, signal: AbortSignal): Promise<Response> {
  let response: Response
  try {
    response = await fetch(asset.url, { signal, credentials: 'same-origin' })
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw unreachable(asset, messageOf(error), error)
  }
  if (!response.ok)
    throw unreachable(asset, `the server answered ${response.status} ${response.statusText}`.trim())
  return response
}

/** The stream gives decoded bytes, so they are counted against the size on disk whatever the transfer encoding. */
async function receive(
  asset: Asset,
  response: Response,
  onBytes: (count: number) => void,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(asset.bytes)
  const reader = response.body?.getReader()
  if (reader === undefined) return new Uint8Array(await response.arrayBuffer())
  let received = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return bytes.subarray(0, received)
    if (received + value.length > bytes.length) {
      await reader.cancel()
      throw tooLong(asset, response, value)
    }
    bytes.set(value, received)
    received += value.length
    onBytes(value.length)
  }
}

function tooLong(asset: Asset, response: Response, chunk: Uint8Array): ModelRuntimeError {
  if (looksLikeHtml(chunk, response.headers.get('content-type') ?? '')) return htmlError(asset)
  return new ModelRuntimeError(
    'ASSET_CHANGED',
    `${asset.url} is longer than the ${asset.bytes} bytes that the build wrote: page and model come from two builds.`,
  )
}

function unreachable(asset: Asset, why: string, cause?: unknown): ModelRuntimeError {
  return new ModelRuntimeError(
    'ASSET_UNREACHABLE',
    `${asset.url} could not be fetched: ${why}. Try again later.`,
    cause,
  )
}
