import { ModelRuntimeError } from './errors.ts'
import type { Asset } from './manifest.ts'
import { sha256 } from './sha256.ts'

/**
 * Holds received bytes to the length and digest that the build wrote down. A mismatch is named for what it most often
 * is: the page that a single-page server gives for every unknown path, a cut transfer, a deployment half replaced.
 */
export async function verifyAsset(asset: Asset, bytes: Uint8Array, contentType: string): Promise<void> {
  const right = bytes.length === asset.bytes && (await digest(bytes)) === asset.sha256
  if (right) return
  if (looksLikeHtml(bytes, contentType)) throw htmlError(asset)
  const found =
    bytes.length === asset.bytes
      ? 'other content'
      : `${bytes.length} bytes where the build wrote ${asset.bytes}`
  throw new ModelRuntimeError(
    'ASSET_CHANGED',
    `${asset.url} has ${found}. The transfer was cut, or page and model come from two builds: deploy all files of one build.`,
  )
}

export function htmlError(asset: Asset): ModelRuntimeError {
  return new ModelRuntimeError(
    'ASSET_IS_HTML',
    `${asset.url} is a web page, not a model: the file is missing there, and the server answers unknown paths with ` +
      'its index.html. Deploy the file, or mend the base path.',
  )
}

/** Only asked of bytes that failed their check; a model may well begin with `<`. */
export function looksLikeHtml(bytes: Uint8Array, contentType: string): boolean {
  const start = new TextDecoder().decode(bytes.subarray(0, 256)).trimStart().toLowerCase()
  return (
    contentType.startsWith('text/html') || start.startsWith('<!doctype html') || start.startsWith('<html')
  )
}

async function digest(bytes: Uint8Array): Promise<string> {
  const { buffer, byteOffset, byteLength } = bytes
  const subtle = globalThis.crypto?.subtle
  // A shared buffer is refused by the platform's digest.
  const hash =
    subtle && buffer instanceof ArrayBuffer
      ? new Uint8Array(await subtle.digest('SHA-256', new Uint8Array(buffer, byteOffset, byteLength)))
      : sha256(bytes)
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
