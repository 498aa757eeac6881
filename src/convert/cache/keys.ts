import { basename } from 'node:path'
import { canonicalKeys, KEY_NAMES, type KeyName, type Request } from '../../request/index.ts'
import { toolIdentity } from '../tool-identity.ts'
import { sha256 } from './digest.ts'

/** Request keys that the front ends read: what the normalised graph depends on. */
const GRAPH_KEYS: readonly KeyName[] = [
  'input',
  'arch',
  'class',
  'args',
  'config',
  'weights',
  'method',
  'signature',
  'state',
  'guards',
]

/** `as` chooses what the import gives; no stage reads it. */
const RESULT_KEYS = KEY_NAMES.filter((name) => name !== 'as')

export interface CacheKeys {
  readonly graph: string
  readonly result: string
}

interface Keyed {
  readonly file: string
  readonly sourceDigest: string
  readonly request: Request
  /** Version of the onnxruntime-web that results are run in. */
  readonly engineVersion: string | undefined
}

/**
 * A key is the tool, the source's content and base name (names of assets and of siblings are made from it), and the
 * request keys that the stages up to there read; of a result also the engine by which it was judged, and its forms perhaps
 * chosen. Where the file lies is no part of it.
 */
export function cacheKeys({ file, sourceDigest, request, engineVersion }: Keyed): CacheKeys {
  const key = (stage: string, names: readonly KeyName[], engine?: string): string => {
    const keys = canonicalKeys(request, names)
    return sha256(JSON.stringify([stage, toolIdentity(), engine, basename(file), sourceDigest, keys]))
  }
  const engine = request.validate === 'off' ? undefined : engineVersion
  return { graph: key('graph', GRAPH_KEYS), result: key('result', RESULT_KEYS, engine) }
}
