import * as z from 'zod'
import { DTYPES, type DType } from '../dtype.ts'

/**
 * A snapshot is a header, a JSON document that says all but data, and the data of tensors that lie in no file. Values,
 * tensors, dims and origins are referred to by number: names are wishes and may repeat.
 */
export const MAGIC = 'UMGRAPH1'
/** Magic, then the length of the document as a little-endian uint32, and zeros. */
export const HEADER_BYTES = 16
/** Data begins at multiples of this, so that typed arrays can look at it in place. */
export const DATA_ALIGNMENT = 16

const index = z.int().nonnegative()
const isDType = (name: unknown): name is DType => typeof name === 'string' && Object.hasOwn(DTYPES, name)

/** A size, or the number of a symbolic one in a list of one. Known integers may be as large as an int64. */
const dim = z.union([z.number(), z.tuple([index])])
export type DimCode = z.infer<typeof dim>
const content = z.array(dim).optional()

/** An atom of a symbolic dim, as in dims/dim.ts; operands are dims that stand before it in the table. */
const atom = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('symbol'), name: z.string(), key: z.string() }),
  z.object({ kind: z.literal('floordiv'), a: dim, b: dim, key: z.string() }),
  z.object({ kind: z.enum(['min', 'max']), args: z.array(dim), key: z.string() }),
  z.object({ kind: z.literal('group'), sum: dim, key: z.string() }),
])
export type AtomCode = z.infer<typeof atom>

const symbolicDim = z.object({
  constant: z.number(),
  terms: z.array(z.object({ coefficient: z.number(), atoms: z.array(atom) })),
})
export type SymbolicDimCode = z.infer<typeof symbolicDim>

export type TypeCode =
  | { kind: 'tensor'; dtype: DType; dims?: DimCode[] | undefined }
  | { kind: 'sequence' | 'optional'; element: TypeCode }
const type: z.ZodType<TypeCode> = z.union([
  z.object({ kind: z.literal('tensor'), dtype: z.custom<DType>(isDType), dims: z.array(dim).optional() }),
  z.object({ kind: z.enum(['sequence', 'optional']), element: z.lazy(() => type) }),
])

/** Where the bytes are: a range of a file, of this snapshot's data, or strings. */
const tensor = z.object({
  dtype: z.custom<DType>(isDType),
  dims: z.array(index),
  data: z.union([
    z.object({ file: z.string(), name: z.string(), offset: index, length: index }),
    z.object({ offset: index, length: index }),
    z.object({ strings: z.array(z.string()) }),
  ]),
})
export type TensorCode = z.infer<typeof tensor>

const value = z.object({ name: z.string(), type: type.optional(), content })
export type ValueCode = z.infer<typeof value>

/** Numbers that JSON does not know are strings: NaN, infinities, negative zero. */
const float = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity', '-0'])])
export type FloatCode = z.infer<typeof float>

const attribute = z.discriminatedUnion('type', [
  z.object({ type: z.literal('int'), value: z.int() }),
  z.object({ type: z.literal('float'), value: float }),
  z.object({ type: z.literal('string'), value: z.string() }),
  z.object({ type: z.literal('tensor'), value: index }),
  z.object({ type: z.literal('ints'), value: z.array(z.int()) }),
  z.object({ type: z.literal('floats'), value: z.array(float) }),
  z.object({ type: z.literal('strings'), value: z.array(z.string()) }),
  z.object({
    type: z.literal('graph'),
    get value() {
      return graph
    },
  }),
  z.object({
    type: z.literal('graphs'),
    get value() {
      return z.array(graph)
    },
  }),
])
export type AttributeCode = z.infer<typeof attribute>

const node = z.object({
  op: z.string(),
  domain: z.string(),
  name: z.string(),
  origin: index.optional(),
  /** Numbers of values; null where one is left out. */
  inputs: z.array(index.nullable()),
  get attributes() {
    return z.array(z.tuple([z.string(), attribute]))
  },
  outputs: z.array(value),
})
export type NodeCode = z.infer<typeof node>

/** Values are numbered as they stand: inputs, constants, then node by node its subgraphs and its outputs. */
const graph = z.object({
  name: z.string(),
  inputs: z.array(value),
  initializers: z.array(z.object({ name: z.string(), tensor: index, content })),
  get nodes() {
    return z.array(node)
  },
  outputs: z.array(z.tuple([z.string(), index])),
})
export type GraphCode = z.infer<typeof graph>

const origin = z.object({
  file: z.string().optional(),
  line: z.int().optional(),
  node: z.string().optional(),
})

/** `max` is null where there is none. */
const facts = z.object({
  symbol: z.string(),
  min: z.number(),
  max: z.number().nullable(),
  hint: z.number().optional(),
  isOwnHint: z.boolean().optional(),
})

export const documentSchema = z.object({
  opsets: z.array(z.tuple([z.string(), z.int()])),
  metadata: z.array(z.tuple([z.string(), z.string()])),
  facts: z.array(facts),
  unbacked: z.array(z.string()),
  dims: z.array(symbolicDim),
  origins: z.array(origin),
  tensors: z.array(tensor),
  graph,
})
export type DocumentCode = z.infer<typeof documentSchema>
