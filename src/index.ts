/**
 * AI models converted for the browser at build time. The command line and the bundler plugins stand on these functions.
 *
 * @example
 * import { convert } from 'unplugin-model'
 * const { assets, report } = await convert({ file: 'net.pth', query: 'format=onnx&quant=int8' })
 */
export {
  type Asset,
  type ConvertRequest,
  type ConvertResult,
  convert,
  type InspectReport,
  inspect,
  type OnProgress,
  type Port,
  type Progress,
  type Report,
} from './convert/index.ts'
export { ERROR_CODES, type ErrorCode, type ErrorDetails, ModelError } from './errors/index.ts'
export type { ModelPluginOptions } from './plugin/options.ts'
