import { ModelError } from '../../errors/index.ts'
import { type Description, type Format, frontEndOf, type PortDescription } from '../../formats/index.ts'
import type { Model } from '../../graph/index.ts'
import { parseRequest, type Request } from '../../request/index.ts'
import { ModelFiles } from '../files/index.ts'
import type { InspectedPort, InspectJob, InspectReport } from '../job.ts'
import { frontEndOptions, namedFiles } from './front-end-options.ts'
import { portsOf } from './ports.ts'

/** What `inspect` tells of a file. @throws ModelError */
export function runInspectJob({ file, displayName, query }: InspectJob): InspectReport {
  const request = parseRequest(query)
  using files = new ModelFiles(file, { displayName, named: namedFiles(request) })
  const { source } = files
  const format = frontEndOf(source)
  const description = format.describe(source, frontEndOptions(request, files))
  const tried = dryRun(format, request, files)
  const operators = [...description.operators].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return {
    path: file,
    format: description.format,
    version: description.version ?? null,
    bytes: source.size,
    ...portsTold(description, tried.model),
    // `fromEntries` defines own properties, whatever the names in the file are.
    operators: Object.fromEntries(operators),
    parameters: description.parameters,
    weights: description.weights ?? null,
    missing: tried.missing,
  }
}

/** Normalises the model and throws the result away: only that tells what a conversion lacks, all operators at once. */
function dryRun(
  format: Format,
  request: Request,
  files: ModelFiles,
): { readonly model?: Model; readonly missing: readonly string[] } {
  try {
    return { model: format.normalise(files.source, frontEndOptions(request, files)).model, missing: [] }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    return { missing: [error.message] }
  }
}

/** Inputs and outputs as a conversion gives them, where it gets so far; else what the file says of them. */
function portsTold(
  { inputs, outputs }: Description,
  model: Model | undefined,
): Pick<InspectReport, 'inputs' | 'outputs'> {
  const found = model ? portsOf(model) : { inputs: [], outputs: [] }
  return { inputs: completed(inputs, found.inputs), outputs: completed(outputs, found.outputs) }
}

function completed(told: readonly PortDescription[], found: readonly InspectedPort[]): InspectedPort[] {
  const byName = new Map(found.map((port) => [port.name, port]))
  const complete = told.map((port) => byName.get(port.name) ?? inspectedPort(port))
  return complete.length > 0 ? complete : [...found]
}

const inspectedPort = ({ name, dtype, shape }: PortDescription): InspectedPort => ({
  name,
  dtype: dtype ?? null,
  shape: shape ? [...shape] : null,
})
