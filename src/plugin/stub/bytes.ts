import type { ConvertResult } from '../../convert/index.ts'
import { assetsCode } from './manifest.ts'
import { literal, type ReferTo } from './reference.ts'

export interface BytesFiles {
  readonly runtime: string
  /** Where `fetch` does not reach: the module that reads from disk. */
  readonly nodeRuntime?: string
}

/** `?as=bytes`: a function that fetches the model file and checks it. */
export function bytesStub(
  result: ConvertResult,
  { runtime, nodeRuntime }: BytesFiles,
  referTo: ReferTo,
): string {
  const assets = result.assets.map(({ path }, i) => referTo(path, `asset${i}`))
  return [
    `import { defineBytes } from ${literal(runtime)}`,
    ...(nodeRuntime === undefined ? [] : [`import { readAsset } from ${literal(nodeRuntime)}`]),
    ...assets.map(({ statement }) => statement).filter((statement) => statement !== ''),
    `export default /* @__PURE__ */ defineBytes({ assets: ${assetsCode(result, assets)} }, ` +
      `${nodeRuntime === undefined ? '{}' : '{ read: readAsset }'})`,
    '',
  ].join('\n')
}
