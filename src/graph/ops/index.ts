/**
 * Every operator the graph knows, by the name of its builder method: the list to read, and the one place to register.
 * A family is one file; an operator's page is https://onnx.ai/onnx/operators/onnx__<Name>.html.
 */
import { activation } from './activation.ts'
import { contrib } from './contrib.ts'
import { controlFlow } from './control-flow.ts'
import { conversion } from './conversion.ts'
import { convolution } from './convolution.ts'
import { elementwiseBinary } from './elementwise-binary.ts'
import { elementwiseUnary } from './elementwise-unary.ts'
import { gathering } from './gathering.ts'
import { generation } from './generation.ts'
import { loss } from './loss.ts'
import { matrix } from './matrix.ts'
import { normalization } from './normalization.ts'
import { optional } from './optional.ts'
import { pooling } from './pooling.ts'
import { random } from './random.ts'
import { recurrent } from './recurrent.ts'
import { reductions } from './reduction.ts'
import { sampling } from './sampling.ts'
import { searching } from './searching.ts'
import { sequence } from './sequence.ts'
import { shape } from './shape.ts'
import { signal } from './signal.ts'
import { slicing } from './slicing.ts'
import { spaceDepth } from './space-depth.ts'
import { text } from './text.ts'

export const OPERATORS = {
  ...activation,
  ...contrib,
  ...controlFlow,
  ...conversion,
  ...convolution,
  ...elementwiseBinary,
  ...elementwiseUnary,
  ...gathering,
  ...generation,
  ...loss,
  ...matrix,
  ...normalization,
  ...optional,
  ...pooling,
  ...random,
  ...recurrent,
  ...reductions,
  ...sampling,
  ...searching,
  ...sequence,
  ...shape,
  ...signal,
  ...slicing,
  ...spaceDepth,
  ...text,
} as const

export type OperatorTable = typeof OPERATORS
