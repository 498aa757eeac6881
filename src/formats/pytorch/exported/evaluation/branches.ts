import { Graph } from '../../../../graph/index.ts'
import { NONE, tuple } from '../../evaluator/values/index.ts'
import { argumentValue } from './argument-values.ts'
import { graphAt, type HigherOrder, operandsFrom } from './graph-arguments.ts'
import { asTensor, entering, evaluated, innerGraph, knownTruth, results } from './inner-graphs.ts'

/** `torch.cond`: (condition, graph if it holds, graph if not, operands). Both branches become graphs of one If. */
export const branch: HigherOrder = (run, node, environment, path) => {
  const [yes, no] = [graphAt(node, 1, path), graphAt(node, 2, path)]
  const operands = entering(operandsFrom(node, 3, environment))
  const condition = argumentValue(node.inputs[0]?.value ?? { kind: 'none' }, environment) ?? NONE
  const known = knownTruth(condition)
  if (known !== undefined) {
    const taken = known ? yes : no
    return tuple(run.runGraph(taken.graph, operands, taken.path))
  }
  const { interpreter } = run
  const { b } = interpreter.session
  const scalar = b.reshape(asTensor(run, condition), b.int64s([]))
  const [then_branch, else_branch] = [yes, no].map((taken) =>
    innerGraph(interpreter, new Graph(taken.path), () => evaluated(run, taken, operands)),
  )
  if (!then_branch || !else_branch) return NONE
  return results(run, node, b.if(scalar, { then_branch, else_branch }))
}
