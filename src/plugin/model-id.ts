/** Which module ids are models of ours, and what they are made of. Pure: no host, no file system. */

/**
 * Extensions of model files. `bare`: imported without a query it is ours too; extensions that mean other things as well
 * are ours only when a query asks for it.
 */
const EXTENSIONS: readonly { readonly name: string; readonly bare: boolean }[] = [
  { name: 'pth', bare: true },
  { name: 'pt', bare: true },
  { name: 'pt2', bare: true },
  { name: 'ckpt', bare: true },
  { name: 'jit', bare: true },
  { name: 'ptl', bare: true },
  { name: 'th', bare: true },
  { name: 'onnx', bare: true },
  { name: 'h5', bare: true },
  { name: 'keras', bare: true },
  { name: 'tflite', bare: true },
  { name: 'safetensors', bare: true },
  { name: 'pb', bare: false },
  { name: 'bin', bare: false },
]

/**
 * Query keys that hosts give a meaning. An id whose keys are all of these is the host's: it asks for the file itself.
 * `transient` ones are added by the host on its way and say nothing about the model.
 */
const HOST_KEYS = new Set(['url', 'raw', 'inline', 'no-inline', 'worker', 'sharedworker', 'init', 'sprite'])
const TRANSIENT_KEYS = new Set(['import', 't', 'v', 'direct', 'vitest', 'html-proxy'])

/** A first, cheap look at ids, for hosts that filter before they call a plugin. Query and all. */
export const MODEL_ID = new RegExp(`\\.(?:${EXTENSIONS.map(({ name }) => name).join('|')})(?:\\?|$)`, 'i')

export interface ModelId {
  /** The path part, as it stands in the id. */
  readonly path: string
  /** What follows the `?`, without keys that the host added. */
  readonly query: string
}

/**
 * The parts of an id that is a model of ours; undefined for every other.
 *
 * @example
 * parseModelId('./net.pth?format=onnx&t=17') // { path: './net.pth', query: 'format=onnx' }
 * parseModelId('./net.onnx?url')             // undefined: the host's own
 */
export function parseModelId(id: string): ModelId | undefined {
  const mark = id.indexOf('?')
  const path = mark < 0 ? id : id.slice(0, mark)
  const extension = EXTENSIONS.find(({ name }) => path.toLowerCase().endsWith(`.${name}`))
  if (extension === undefined || id.startsWith('\0')) return undefined
  const pairs = mark < 0 ? [] : id.slice(mark + 1).split('&')
  const asked = pairs.filter((pair) => pair !== '' && !TRANSIENT_KEYS.has(keyOf(pair)))
  if (asked.length === 0) return extension.bare ? { path, query: '' } : undefined
  if (asked.every((pair) => HOST_KEYS.has(keyOf(pair)))) return undefined
  return { path, query: asked.join('&') }
}

const keyOf = (pair: string): string => pair.split('=', 1)[0] ?? ''

export const formatModelId = ({ path, query }: ModelId): string => (query === '' ? path : `${path}?${query}`)

/** `net.pth?quant=int8`, as lines in a terminal show it. */
export const displayName = ({ path, query }: ModelId): string =>
  formatModelId({ path: path.slice(path.lastIndexOf('/') + 1), query })
