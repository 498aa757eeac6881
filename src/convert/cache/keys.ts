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

/**
 * A key is the tool, the source's content and base name (names of assets and of siblings are made from it), and the
 * request keys that the stages up to there read. Where the file lies is no part of it.
 */
export function cacheKeys(file: string, sourceDigest: string, request: Request): CacheKeys {
  const key = (stage: string, names: readonly KeyName[]): string =>
    sha256(
      JSON.stringify([stage, toolIdentity(), basename(file), sourceDigest, canonicalKeys(request, names)]),
    )
  return { graph: key('graph', GRAPH_KEYS), result: key('result', RESULT_KEYS) }
}
