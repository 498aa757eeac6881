import type { ConvertResult } from '../../convert/index.ts'
import { modelReport } from '../meta.ts'
import { literal } from './reference.ts'

/** `?as=meta`: what the build knows, without the model. Parsed, so that a name from a file is a key and nothing more. */
export function metaStub(result: ConvertResult): string {
  return `export default /* @__PURE__ */ JSON.parse(${literal(JSON.stringify(modelReport(result)))})\n`
}
