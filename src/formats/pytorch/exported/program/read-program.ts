import { ModelError } from '../../../../errors/index.ts'
import { Fields } from '../json/fields.ts'
import { readJson } from '../json/read-json.ts'
import { isFirstVersion, readFirstSignature, withEqualSizes } from './first-version.ts'
import type { ExportedProgram, Range } from './program.ts'
import { readGraph } from './read-graph.ts'
import { readInputSpec, readOutputSpec } from './read-signature.ts'
import { type FieldNames, readTreeSpec, type TreeSpec } from './tree-spec.ts'

/**
 * The program of a `.pt2` file (torch/_export/serde/schema.py), all schema versions: what a version lacks is undefined, what
 * it added is passed over.
 *
 * @param file names the text in errors.
 * @throws ModelError CORRUPT_FILE, LIMIT_EXCEEDED, UNSUPPORTED_FORMAT for a schema that is newer than this.
 */
export function readProgram(text: string, file: string): ExportedProgram {
  const root = Fields.of(readJson(text, file), file)
  const schemaVersion = versionOf(root, file)
  const module = root.object('graph_module')
  const signature = module.object('signature')
  const call = callSignature(module)
  const graph = withEqualSizes(readGraph(module.object('graph')), root)
  const fieldNames = fieldNamesOf(module)
  const tree = (name: string): TreeSpec | undefined => {
    const spec = call?.optionalString(name)
    return spec === undefined || spec === '' ? undefined : readTreeSpec(spec, file, fieldNames)
  }
  return {
    graph,
    ...(isFirstVersion(signature) ? readFirstSignature(signature, graph) : readSignature(signature)),
    inTree: tree('in_spec'),
    outTree: tree('out_spec'),
    argumentNames: call?.has('forward_arg_names') ? call.strings('forward_arg_names') : undefined,
    ranges: new Map(
      root.optionalEntries('range_constraints').map(([name, range]) => [name, readRange(range)]),
    ),
    guards: root.has('guards_code') ? root.strings('guards_code') : [],
    schemaVersion,
    torchVersion: root.optionalString('torch_version'),
  }
}

/** How the flat values of a call nest: beside the graph in version 1. */
const callSignature = (module: Fields): Fields | undefined =>
  module
    .objects('module_call_graph')
    .find((entry) => entry.string('fqn') === '')
    ?.optionalObject('signature') ?? module.optionalObject('call_spec')

const readSignature = (signature: Fields): Pick<ExportedProgram, 'inputs' | 'outputs'> => ({
  inputs: signature.objects('input_specs').map((spec) => readInputSpec(spec, readGraph)),
  outputs: signature.objects('output_specs').map((spec) => readOutputSpec(spec, readGraph)),
})

/** Major versions that are known: 1 to 8 are of torch 2.1 to 2.14. A new one is a breaking change. */
const NEWEST_SCHEMA = 8

function versionOf(root: Fields, file: string): string {
  const version = root.raw('schema_version')
  const [major, minor] =
    version instanceof Map
      ? [root.object('schema_version').count('major'), root.object('schema_version').count('minor')]
      : [root.count('schema_version'), 0]
  if (major <= NEWEST_SCHEMA) return `${major}.${minor}`
  throw new ModelError('UNSUPPORTED_FORMAT', {
    what: `${file} is written in version ${major} of the format, and ${NEWEST_SCHEMA} is the newest that is read here`,
    next: 'Export the model with an older torch, or update unplugin-model',
  })
}

const fieldNamesOf = (module: Fields): FieldNames =>
  new Map(
    module
      .optionalEntries('treespec_namedtuple_fields')
      .map(([name, definition]) => [name, definition.strings('field_names')]),
  )

function readRange(fields: Fields): Range {
  return {
    min: fields.has('min_val') ? finite(fields.int('min_val')) : Number.NEGATIVE_INFINITY,
    max: fields.has('max_val') ? finite(fields.int('max_val')) : Number.POSITIVE_INFINITY,
  }
}

/** Some releases write the largest int, or one less, where there is no limit. */
function finite(limit: number | bigint): number {
  const value = Number(limit)
  return Math.abs(value) < 2 ** 62 ? value : Math.sign(value) * Number.POSITIVE_INFINITY
}
