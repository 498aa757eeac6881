import { ModelError } from '../../../../errors/index.ts'
import { dimName } from '../../../../graph/index.ts'
import type { IntValue, TensorHandle } from '../../evaluator/values/index.ts'
import { computedDType } from '../program/computed-dtype.ts'
import type { ExportedNode, Size, TensorRecord } from '../program/program.ts'
import type { ProgramRun } from './program-run.ts'

/**
 * Holds a result against what torch recorded of it when the model was exported: every operator's rule of dtypes and sizes
 * is checked against torch's own, in every model that is converted.
 *
 * @throws ModelError INTERNAL where they differ; BAD_INPUT_SHAPE when the request gives sizes that the file does not.
 */
export function checkTensor(
  run: ProgramRun,
  node: ExportedNode,
  tensor: TensorHandle,
  record: TensorRecord | undefined,
): void {
  if (!record) return
  const { dims, dtype } = tensor
  const isSame =
    computedDType(record.dtype) === dtype &&
    record.sizes.length === dims.length &&
    record.sizes.every((size, axis) => run.symbols.agrees(size, dims[axis] ?? 0))
  if (!isSame) throw differs(run, node, `${dtype}[${dims.map(dimName).join(', ')}]`, textOf(record, run))
}

/** As `checkTensor`, of a symbolic number. */
export function checkNumber(
  run: ProgramRun,
  node: ExportedNode,
  { value }: IntValue,
  size: Size | undefined,
): void {
  if (size === undefined || run.symbols.agrees(size, value)) return
  throw differs(run, node, dimName(value), sizeText(size, run))
}

const textOf = ({ dtype, sizes }: TensorRecord, run: ProgramRun): string =>
  `${dtype}[${sizes.map((size) => sizeText(size, run)).join(', ')}]`

function sizeText(size: Size, run: ProgramRun): string {
  if (typeof size === 'number') return String(size)
  const dim = run.symbols.dim(size)
  return dim === undefined ? size.text.slice(0, 60) : dimName(dim)
}

function differs(
  { hasOtherSizes, places }: ProgramRun,
  node: ExportedNode,
  computed: string,
  recorded: string,
): ModelError {
  const where = places.whereOf(node)
  const { target } = node
  if (hasOtherSizes) {
    return new ModelError('BAD_INPUT_SHAPE', {
      what: `With these sizes ${target} gives ${computed}, where the program was exported for ${recorded}`,
      where,
      next: 'Leave out input=, or export the model with dynamic_shapes for what is to vary',
    })
  }
  return new ModelError('INTERNAL', {
    what: `${target} is converted to ${computed}, and torch recorded ${recorded}`,
    where,
    next: 'Please open an issue that quotes this text',
  })
}
