import { ModelError } from '../../../../errors/index.ts'
import { Fields } from '../json/fields.ts'
import { type Json, readJson } from '../json/read-json.ts'

/** How a flat list of values nests (torch.utils._pytree.treespec_dumps). */
export type TreeSpec =
  | { readonly kind: 'leaf' }
  | {
      readonly kind: 'node'
      /** `tuple`, `list`, `dict`, or the dotted name of a registered class. */
      readonly type: string
      /** Of a dict, a NamedTuple or a dataclass: one for each child. */
      readonly keys: readonly string[] | undefined
      readonly children: readonly TreeSpec[]
    }

const LEAF: TreeSpec = { kind: 'leaf' }
const MAX_DEPTH = 64

/** Field names of NamedTuples, by the name that their type is registered under: that name is their context. */
export type FieldNames = ReadonlyMap<string, readonly string[]>

/** @throws ModelError CORRUPT_FILE, LIMIT_EXCEEDED */
export function readTreeSpec(text: string, file: string, fieldNames: FieldNames): TreeSpec {
  const root = readJson(text, file)
  const spec = Array.isArray(root) ? root[1] : undefined
  return readSpec(spec, file, fieldNames, 0)
}

function readSpec(value: Json | undefined, file: string, fieldNames: FieldNames, depth: number): TreeSpec {
  if (depth > MAX_DEPTH)
    throw new ModelError('LIMIT_EXCEEDED', { what: `${file} nests its values more than ${MAX_DEPTH} deep` })
  const fields = Fields.of(value, file)
  if (!fields.has('type')) return LEAF
  const children = fields.list('children_spec').map((child) => readSpec(child, file, fieldNames, depth + 1))
  const name = fields.string('type')
  const context = contextOf(fields.raw('context'), file)
  const keys = (typeof context === 'string' ? fieldNames.get(context) : undefined) ?? keysOf(context)
  return {
    kind: 'node',
    type: name.replace(/^(builtins|collections)\./, ''),
    keys: keys?.length === children.length ? keys : undefined,
    children,
  }
}

/** A context is JSON within the JSON: `"[\"ids\", \"mask\"]"`. */
function contextOf(context: Json | undefined, file: string): Json {
  if (typeof context !== 'string') return context ?? null
  try {
    return readJson(context, file)
  } catch (error) {
    if (error instanceof ModelError && error.code === 'CORRUPT_FILE') return context
    throw error
  }
}

/**
 * The keys of a dict; those of a class that registers itself with a list of names, as transformers' ModelOutput does.
 */
function keysOf(context: Json): readonly string[] | undefined {
  if (Array.isArray(context)) return context.every(isKey) ? context.map(String) : undefined
  return context instanceof Map
    ? keysOf(context.get('dict_context') ?? context.get('field_names') ?? null)
    : undefined
}

const isKey = (value: Json): value is string | number =>
  typeof value === 'string' || typeof value === 'number'

/** Where each value of a tree lies in it: keys, and positions where there are none. */
export function leafPaths(tree: TreeSpec): (readonly string[])[] {
  if (tree.kind === 'leaf') return [[]]
  return tree.children.flatMap((child, index) =>
    leafPaths(child).map((path) => [tree.keys?.[index] ?? String(index), ...path]),
  )
}
