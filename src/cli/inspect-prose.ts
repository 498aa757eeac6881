import type { InspectReport } from '../convert/index.ts'
import { byteText } from '../plugin/byte-text.ts'
import { portText } from './port-text.ts'
import type { Style } from './style.ts'

/** What a file holds, for people. Ends in a newline. */
export function inspectProse(report: InspectReport, style: Style): string {
  const { path, format, version, bytes, inputs, outputs, operators, parameters, missing } = report
  const lines = [
    `${style.bold(path)}  ${format}${version === null ? '' : ` ${version}`}, ${byteText(bytes)}, ${parameters.toLocaleString('en-US')} weights`,
    ...inputs.map((port) => `  in   ${portText(port)}`),
    ...outputs.map((port) => `  out  ${portText(port)}`),
    ...Object.entries(operators).map(([name, count]) => `  ${String(count).padStart(6)} × ${name}`),
    ...missing.map((text) => `  ${style.yellow('missing')}  ${text}`),
    ...(missing.length === 0 ? [`  ${style.green('✓')} can be converted as it is`] : []),
  ]
  return `${lines.join('\n')}\n`
}
