import { type PyValue, type TensorHandle, tuple } from '../../evaluator/values/index.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'
import { ASSEMBLY } from './assembly.ts'
import { DIAGONAL } from './diagonal.ts'
import { LAYOUT } from './layout.ts'
import { SLICES } from './slices.ts'
import { SLIDING } from './sliding.ts'
import { STRIDED } from './strided.ts'
import { VIEWS } from './views.ts'

/**
 * Views whose results are copies: functionalisation writes `view_copy` for `view`, and so on (torchgen's
 * native_functions.yaml, tag `view_copy`).
 */
export const COPIED_VIEWS: readonly string[] = [
  ...['view', 'diagonal', 'alias', 'detach', 'expand', 'narrow', 'permute', 'select', 'slice', 'split'],
  ...['split_with_sizes', 'squeeze', 't', 'transpose', 'unbind', 'unfold', 'unsqueeze', 'as_strided'],
  ...['_reshape_alias', 'reshape'],
]

const SOURCES: OperatorTable = {
  ...ASSEMBLY,
  ...DIAGONAL,
  ...LAYOUT,
  ...SLICES,
  ...SLIDING,
  ...STRIDED,
  ...VIEWS,
}

/** `reshape` is internal there. */
const copyName = (name: string): string => (name === 'reshape' ? '_reshape_copy' : `${name}_copy`)

export const VIEW_COPIES: OperatorTable = Object.fromEntries(
  COPIED_VIEWS.flatMap((name): [string, Evaluate][] => {
    const evaluate = SOURCES[name]
    return evaluate ? [[copyName(name), (c, args) => copied(evaluate(c, args))]] : []
  }),
)

/** Their schemas are those of the views. */
export const viewCopySchemas = (schemas: readonly string[]): string =>
  schemas
    .flatMap((table) => table.trim().split('\n'))
    .flatMap((line) => {
      const [name = ''] = /^\w+/.exec(line) ?? []
      return COPIED_VIEWS.includes(name) ? [line.replace(name, copyName(name))] : []
    })
    .join('\n')

function copied(value: PyValue): PyValue {
  if (value.kind === 'tensor') return detached(value)
  return value.kind === 'list' || value.kind === 'tuple' ? tuple(value.items.map(copied)) : value
}

const detached = (tensor: TensorHandle): TensorHandle => tensor.detached()
