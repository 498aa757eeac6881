import type { Model, Node, Value } from '../../../../graph/index.ts'
import { replaced } from '../../../match/edit.ts'
import type { Pass } from '../../../pass.ts'
import { fixedExpand } from './fixed-expand.ts'
import { fixedReshape } from './fixed-reshape.ts'
import { fixedResize } from './fixed-resize.ts'
import { fixedSlice } from './fixed-slice.ts'

/**
 * Gives constants to operators that are told dims which they could take from their input: `Reshape(x, [N, S, 6, 64])` with
 * N and S computed from a Shape becomes `Reshape(x, [0, 0, 6, 64])`, and the arithmetic of shapes goes unread.
 *
 * @example Slice(x, 0, Shape(x)[1]) // Slice(x, 0, INT64_MAX)
 */
export const fixShapes: Pass = {
  name: 'fix-shapes',
  level: 'basic',
  operators: [['Expand', 'Reshape', 'Resize', 'Slice']],
  run(model) {
    let fixed = 0
    for (const node of model.graph.allNodes()) {
      const fix = node.domain === '' ? FIXES[node.op] : undefined
      if (fix && node.output.isUsed && replaced(node.output, fix(model, node))) fixed++
    }
    return { node: fixed }
  },
}

/** For each operator: what says the same by constants; undefined when the node does already, or cannot. */
const FIXES: { readonly [op: string]: (model: Model, node: Node) => Value | undefined } = {
  Expand: fixedExpand,
  Reshape: fixedReshape,
  Resize: fixedResize,
  Slice: fixedSlice,
}
