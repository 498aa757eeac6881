import { frontEndOf, type PortDescription } from '../../formats/index.ts'
import { parseRequest } from '../../request/index.ts'
import { ModelFiles } from '../files/index.ts'
import type { InspectedPort, InspectJob, InspectReport } from '../job.ts'
import { frontEndOptions, namedFiles } from './front-end-options.ts'

/** What `inspect` tells of a file. @throws ModelError */
export function runInspectJob({ file, displayName, query }: InspectJob): InspectReport {
  const request = parseRequest(query)
  using files = new ModelFiles(file, { displayName, named: namedFiles(request) })
  const { source } = files
  const description = frontEndOf(source).describe(source, frontEndOptions(request, files))
  const operators = [...description.operators].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return {
    path: file,
    format: description.format,
    version: description.version ?? null,
    bytes: source.size,
    inputs: description.inputs.map(inspectedPort),
    outputs: description.outputs.map(inspectedPort),
    // `fromEntries` defines own properties, whatever the names in the file are.
    operators: Object.fromEntries(operators),
    parameters: description.parameters,
    missing: description.missing,
  }
}

const inspectedPort = ({ name, dtype, shape }: PortDescription): InspectedPort => ({
  name,
  dtype: dtype ?? null,
  shape: shape ? [...shape] : null,
})
