import { Fields } from '../json/fields.ts'
import type { Json } from '../json/read-json.ts'
import type { Argument, ExportedGraph } from './program.ts'
import { MEMORY_FORMATS, torchDTypeOf } from './scalar-types.ts'
import { type Alternative, alternativeOf } from './union.ts'

/** Reads the graph that an argument is; given by `read-graph.ts`, which reads arguments. */
export type ReadGraph = (fields: Fields) => ExportedGraph

type Read = (alternative: Alternative, readGraph: ReadGraph) => Argument

/** An `Argument` of torch/_export/serde/schema.py. @throws ModelError CORRUPT_FILE */
export function readArgument(fields: Fields, readGraph: ReadGraph): Argument {
  const alternative = alternativeOf(fields)
  const read = READERS.get(alternative.tag)
  return read ? read(alternative, readGraph) : { kind: 'foreign', what: alternative.tag.replace(/^as_/, '') }
}

const NONE: Argument = { kind: 'none' }

const tensor = (fields: Fields): Argument => ({ kind: 'tensor', name: fields.string('name') })

/** `{"as_name": "sym_size_int"}`, or a plain value. */
function symbolic(fields: Fields): Argument {
  const { tag, holder, member } = alternativeOf(fields)
  if (tag === 'as_name') return { kind: 'symbol', name: holder.string(member) }
  const read = SCALARS.get(tag)
  return read ? read(holder, member) : holder.fail(`holds a number of the kind ${tag}`)
}

type ReadScalar = (holder: Fields, member: string) => Argument

const SCALARS: ReadonlyMap<string, ReadScalar> = new Map<string, ReadScalar>([
  ['as_int', (holder, member) => ({ kind: 'int', value: holder.int(member) })],
  ['as_float', (holder, member) => ({ kind: 'float', value: holder.float(member) })],
  ['as_bool', (holder, member) => ({ kind: 'bool', value: holder.bool(member) })],
  ['as_string', (holder, member) => ({ kind: 'string', value: holder.string(member) })],
])

/** A list whose items stand in it bare. */
const plainList =
  (item: string): Read =>
  ({ holder, member }) => ({
    kind: 'list',
    items: holder.list(member).map((value) => scalar(item, value, holder)),
  })

function scalar(tag: string, value: Json, holder: Fields): Argument {
  const one = Fields.of(new Map([[tag, value]]), 'a list of the program')
  const read = SCALARS.get(tag)
  return read ? read(one, tag) : holder.fail(`holds items of the kind ${tag}`)
}

const listOf =
  (read: (fields: Fields) => Argument): Read =>
  ({ holder, member }) => ({ kind: 'list', items: holder.objects(member).map(read) })

const nestedList =
  (item: string): Read =>
  ({ holder, member }) => ({
    kind: 'list',
    items: holder.list(member).map((row): Argument => {
      if (!Array.isArray(row)) return holder.fail('holds a list of what is no list')
      return { kind: 'list', items: row.map((value: Json) => scalar(item, value, holder)) }
    }),
  })

/** Each tensor, or none. */
function optionalTensor(fields: Fields): Argument {
  const { tag, holder, member } = alternativeOf(fields)
  return tag === 'as_tensor' ? tensor(holder.object(member)) : NONE
}

const foreign =
  (what: string): Read =>
  ({ holder, member }) => {
    const name = holder.optionalObject(member)?.optionalString('name')
    return { kind: 'foreign', what: name === undefined ? what : `${what} ${name}` }
  }

const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['as_none', () => NONE],
  ['as_tensor', ({ holder, member }) => tensor(holder.object(member))],
  ['as_tensors', listOf(tensor)],
  ['as_optional_tensor', ({ holder, member }) => optionalTensor(holder.object(member))],
  ['as_optional_tensors', listOf(optionalTensor)],
  ...[...SCALARS].map(([tag, read]): readonly [string, Read] => [
    tag,
    ({ holder, member }) => read(holder, member),
  ]),
  ['as_ints', plainList('as_int')],
  ['as_floats', plainList('as_float')],
  ['as_bools', plainList('as_bool')],
  ['as_strings', plainList('as_string')],
  ['as_int_lists', nestedList('as_int')],
  ['as_float_lists', nestedList('as_float')],
  ...['as_sym_int', 'as_sym_float', 'as_sym_bool'].flatMap((tag): (readonly [string, Read])[] => [
    [tag, ({ holder, member }) => symbolic(holder.object(member))],
    [`${tag}s`, listOf(symbolic)],
  ]),
  ['as_scalar_type', ({ holder, member }) => dtype(holder, member)],
  [
    'as_memory_format',
    ({ holder, member }) => ({
      kind: 'constant',
      name: MEMORY_FORMATS.get(holder.count(member)) ?? 'unknown_format',
    }),
  ],
  ['as_layout', ({ holder, member }) => ({ kind: 'constant', name: layoutName(holder.count(member)) })],
  ['as_device', ({ holder, member }) => ({ kind: 'device', type: holder.object(member).string('type') })],
  [
    'as_graph',
    ({ holder, member }, readGraph) => {
      const fields = holder.object(member)
      return { kind: 'graph', name: fields.string('name'), graph: readGraph(fields.object('graph')) }
    },
  ],
  [
    'as_string_to_argument',
    ({ holder, member }, readGraph) => ({
      kind: 'dict',
      entries: holder.entries(member).map(([key, value]) => [key, readArgument(value, readGraph)] as const),
    }),
  ],
  ['as_custom_obj', foreign('the script object')],
  ['as_token', foreign('the token')],
  ['as_complex', () => ({ kind: 'foreign', what: 'a complex number' })],
  [
    'as_operator',
    ({ holder, member }) => ({ kind: 'foreign', what: `the operator ${holder.string(member)}` }),
  ],
])

function dtype(holder: Fields, member: string): Argument {
  const number = holder.count(member)
  const value = torchDTypeOf(number)
  return value ? { kind: 'dtype', value } : { kind: 'foreign', what: `the dtype ${number}` }
}

/** `Layout` of the schema. */
const STRIDED = 7
const layoutName = (layout: number): string => (layout === STRIDED ? 'strided' : 'sparse')
