import { basename } from 'node:path'
import type { ConvertResult } from '../../convert/index.ts'
import type { Asset, Manifest } from '../../runtime/index.ts'
import { modelMeta, withoutFolder } from '../meta.ts'
import { isTarget } from '../runtime-files.ts'
import { fields, type Reference } from './reference.ts'

type AssetFacts = Omit<Asset, 'url'>

const assetFacts = ({ assets }: ConvertResult): AssetFacts[] =>
  assets.map(({ path, bytes, sha256, role }) => ({ bytes, sha256, role, location: basename(path) }))

function manifestFacts(result: ConvertResult): Omit<Manifest, 'assets'> {
  return {
    name: basename(result.report.source.path),
    inputs: result.inputs.map(({ name, dtype, shape, mayBeEmpty }) => ({ name, dtype, shape, mayBeEmpty })),
    outputs: result.outputs.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    guards: result.guards.map(({ assumed, at }) => ({ condition: assumed, at: withoutFolder(at) })),
    providers: targetsOf(result),
    meta: modelMeta(result),
  }
}

export function targetsOf({ request }: ConvertResult): Manifest['providers'] {
  const target = request['target']
  const names: readonly unknown[] = Array.isArray(target) ? target : String(target ?? 'wasm').split(',')
  return names.map(String).filter(isTarget)
}

/** `[{ bytes: 12, …, url: asset0 }]` */
export function assetsCode(result: ConvertResult, references: readonly Reference[]): string {
  const rows = assetFacts(result).map(
    (facts, i) => `{ ${fields(facts)}, url: ${references[i]?.expression ?? 'undefined'} }`,
  )
  return `[${rows.join(', ')}]`
}

export function manifestCode(result: ConvertResult, references: readonly Reference[]): string {
  return `{\n  ${fields(manifestFacts(result), ',\n  ')},\n  assets: ${assetsCode(result, references)},\n}`
}
