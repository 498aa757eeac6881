import type { ConvertResult } from '../../convert/index.ts'
import type { OrtFiles } from '../runtime-files.ts'
import { manifestCode } from './manifest.ts'
import { literal, type ReferTo } from './reference.ts'

export interface PageFiles {
  readonly runtime: string
  readonly ort: OrtFiles
}

/** The module that a page imports: URLs and facts only; onnxruntime-web comes with the first use. */
export function pageStub(result: ConvertResult, { runtime, ort }: PageFiles, referTo: ReferTo): string {
  const assets = result.assets.map(({ path }, i) => referTo(path, `asset${i}`))
  const wasm = referTo(ort.wasm, 'wasm')
  const mjs = referTo(ort.mjs, 'mjs')
  return [
    `import { defineModel } from ${literal(runtime)}`,
    ...[...assets, wasm, mjs].map(({ statement }) => statement).filter((statement) => statement !== ''),
    `export default /* @__PURE__ */ defineModel(${manifestCode(result, assets)}, {`,
    `  ort: () => import(${literal(ort.module)}),`,
    `  wasmPaths: { mjs: ${mjs.expression}, wasm: ${wasm.expression} },`,
    '})',
    '',
  ].join('\n')
}
