import type { CustomTable, Evaluate, OperatorTable } from './operator.ts'
import { ACTIVATION } from './ops/activation.ts'
import { ALGEBRA } from './ops/algebra.ts'
import { ARITHMETIC } from './ops/arithmetic.ts'
import { ASSEMBLY } from './ops/assembly.ts'
import { COMPARISON } from './ops/comparison.ts'
import { CONVOLUTION } from './ops/convolution.ts'
import { DIAGONAL } from './ops/diagonal.ts'
import { DISTANCE } from './ops/distance.ts'
import { DROPOUT } from './ops/dropout.ts'
import { ELEMENTWISE } from './ops/elementwise.ts'
import { FACTORY } from './ops/factory.ts'
import { GRIDS } from './ops/grids.ts'
import { INDEXING } from './ops/indexing.ts'
import { INSPECTION } from './ops/inspection.ts'
import { LAYOUT } from './ops/layout.ts'
import { LINEAR } from './ops/linear.ts'
import { NORMALIZATION } from './ops/normalization.ts'
import { ORDERING } from './ops/ordering.ts'
import { PACKING } from './ops/packing.ts'
import { POOLING } from './ops/pooling.ts'
import { PRIM } from './ops/prim.ts'
import { RANGES } from './ops/ranges.ts'
import { RECURRENT } from './ops/recurrent.ts'
import { REDUCTION } from './ops/reduction.ts'
import { RESIZE } from './ops/resize.ts'
import { RUNNING } from './ops/running.ts'
import { SEARCH } from './ops/search.ts'
import { SLICES } from './ops/slices.ts'
import { SLIDING } from './ops/sliding.ts'
import { SPECIAL } from './ops/special.ts'
import { STRIDED } from './ops/strided.ts'
import { SUBSCRIPT } from './ops/subscript.ts'
import { TRANSFORMER } from './ops/transformer.ts'
import { VIEW_COPIES, viewCopySchemas } from './ops/view-copies.ts'
import { VIEWS } from './ops/views.ts'
import { VISION } from './ops/vision.ts'
import { SchemaTable } from './schema.ts'
import { ACTIVATION_SCHEMAS } from './schemas/activation.ts'
import { ALGEBRA_SCHEMAS } from './schemas/algebra.ts'
import { ASSEMBLY_SCHEMAS } from './schemas/assembly.ts'
import { CONVOLUTION_SCHEMAS } from './schemas/convolution.ts'
import { DIAGONAL_SCHEMAS } from './schemas/diagonal.ts'
import { DISTANCE_SCHEMAS } from './schemas/distance.ts'
import { FACTORY_SCHEMAS } from './schemas/factory.ts'
import { GRIDS_SCHEMAS } from './schemas/grids.ts'
import { INDEXING_SCHEMAS } from './schemas/indexing.ts'
import { INSPECTION_SCHEMAS } from './schemas/inspection.ts'
import { LINEAR_SCHEMAS } from './schemas/linear.ts'
import { NORMALIZATION_SCHEMAS } from './schemas/normalization.ts'
import { ORDERING_SCHEMAS } from './schemas/ordering.ts'
import { POINTWISE_SCHEMAS } from './schemas/pointwise.ts'
import { POOLING_SCHEMAS } from './schemas/pooling.ts'
import { RECURRENT_SCHEMAS } from './schemas/recurrent.ts'
import { REDUCTION_SCHEMAS } from './schemas/reduction.ts'
import { RESIZE_SCHEMAS } from './schemas/resize.ts'
import { SHAPE_SCHEMAS } from './schemas/shape.ts'
import { SLIDING_SCHEMAS } from './schemas/sliding.ts'
import { SPECIAL_SCHEMAS } from './schemas/special.ts'
import { STRIDED_SCHEMAS } from './schemas/strided.ts'
import { TRANSFORMER_SCHEMAS } from './schemas/transformer.ts'
import { VISION_SCHEMAS } from './schemas/vision.ts'

/** Every ATen operator that converts, by group: the list to read, and the one place to register. */
export const OPERATOR_GROUPS: readonly { readonly title: string; readonly operators: OperatorTable }[] = [
  { title: 'Activation functions', operators: { ...ACTIVATION, ...DROPOUT } },
  { title: 'Linear algebra', operators: ALGEBRA },
  { title: 'Arithmetic', operators: ARITHMETIC },
  { title: 'Putting together and taking apart', operators: ASSEMBLY },
  { title: 'Comparisons, logic and choice', operators: COMPARISON },
  { title: 'Convolutions', operators: CONVOLUTION },
  { title: 'Diagonals', operators: DIAGONAL },
  { title: 'Losses and distances', operators: DISTANCE },
  { title: 'Functions element by element', operators: ELEMENTWISE },
  { title: 'New tensors', operators: { ...FACTORY, ...RANGES } },
  { title: 'Grids, windows and index tables', operators: GRIDS },
  { title: 'Indexing and scattering', operators: INDEXING },
  { title: 'Sizes, kinds and known values', operators: INSPECTION },
  { title: 'Layout and dtype', operators: LAYOUT },
  { title: 'Products', operators: LINEAR },
  { title: 'Normalisations and norms', operators: NORMALIZATION },
  { title: 'Ranks and searches in order', operators: ORDERING },
  { title: 'Pooling', operators: POOLING },
  { title: 'Recurrent layers', operators: { ...RECURRENT, ...PACKING } },
  { title: 'Reductions', operators: { ...REDUCTION, ...RUNNING } },
  { title: 'Resampling', operators: RESIZE },
  { title: 'Sorting and positions', operators: SEARCH },
  { title: 'Slices and parts', operators: SLICES },
  { title: 'Sliding windows', operators: SLIDING },
  { title: 'Rarer functions', operators: SPECIAL },
  { title: 'Fused transformer layers', operators: TRANSFORMER },
  { title: 'Views', operators: { ...VIEWS, ...STRIDED, ...VIEW_COPIES } },
  { title: 'Detection', operators: VISION },
]

/** The same by name. */
export const OPERATORS: ReadonlyMap<string, Evaluate> = new Map(
  OPERATOR_GROUPS.flatMap(({ operators }) => Object.entries(operators)),
)

/** `torch.special`: names of its own for operators that have another one, and the rest under the same. */
const SPECIAL_NAMES: ReadonlyMap<string, string> = new Map([
  ['expit', 'sigmoid'],
  ['multigammaln', 'mvlgamma'],
  ['gammaln', 'lgamma'],
  ['psi', 'digamma'],
])

/** The operator that a name stands for: `special_expit` is `sigmoid`. */
export function canonicalName(name: string): string {
  if (!name.startsWith('special_')) return name
  const own = name.slice('special_'.length)
  const plain = SPECIAL_NAMES.get(own) ?? own
  return !OPERATORS.has(name) && OPERATORS.has(plain) ? plain : name
}

/** Operators that read their arguments themselves. */
export const CUSTOM_OPERATORS: ReadonlyMap<string, CustomTable[string]> = new Map(
  [PRIM, SUBSCRIPT].flatMap((table) => Object.entries(table)),
)

/** Overloads of all of them. */
const TABLES: readonly string[] = [
  ACTIVATION_SCHEMAS,
  ALGEBRA_SCHEMAS,
  ASSEMBLY_SCHEMAS,
  CONVOLUTION_SCHEMAS,
  DIAGONAL_SCHEMAS,
  DISTANCE_SCHEMAS,
  FACTORY_SCHEMAS,
  GRIDS_SCHEMAS,
  INDEXING_SCHEMAS,
  INSPECTION_SCHEMAS,
  LINEAR_SCHEMAS,
  NORMALIZATION_SCHEMAS,
  ORDERING_SCHEMAS,
  POINTWISE_SCHEMAS,
  POOLING_SCHEMAS,
  RECURRENT_SCHEMAS,
  REDUCTION_SCHEMAS,
  RESIZE_SCHEMAS,
  SHAPE_SCHEMAS,
  SLIDING_SCHEMAS,
  SPECIAL_SCHEMAS,
  STRIDED_SCHEMAS,
  TRANSFORMER_SCHEMAS,
  VISION_SCHEMAS,
]

export const SCHEMAS: SchemaTable = new SchemaTable([...TABLES, viewCopySchemas(TABLES)])
