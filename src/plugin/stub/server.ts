import type { ConvertResult } from '../../convert/index.ts'
import { manifestCode } from './manifest.ts'
import { literal, type ReferTo } from './reference.ts'

export interface ServerFiles {
  readonly runtime: string
  readonly nodeRuntime: string
  /** What the server imports as onnxruntime-web. */
  readonly ort: string
}

/** The module that server code imports: the same object, its files read from disk by `file:` URLs. */
export function serverStub(result: ConvertResult, files: ServerFiles, referTo: ReferTo): string {
  const assets = result.assets.map(({ path }, i) => referTo(path, `asset${i}`))
  return [
    `import { defineModel } from ${literal(files.runtime)}`,
    `import { readAsset } from ${literal(files.nodeRuntime)}`,
    ...assets.map(({ statement }) => statement).filter((statement) => statement !== ''),
    `export default /* @__PURE__ */ defineModel(${manifestCode(result, assets)}, {`,
    `  ort: () => import(${literal(files.ort)}),`,
    '  read: readAsset,',
    '})',
    '',
  ].join('\n')
}
