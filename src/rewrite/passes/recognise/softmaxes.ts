import type { Node, Value } from '../../../graph/index.ts'
import { builderAt } from '../../match/edit.ts'
import { gainsBy } from '../../match/fused.ts'
import { keptAxes } from '../../match/reductions.ts'
import { isSameType } from '../../match/types.ts'
import { producerOf, soleUser } from '../../match/uses.ts'
import type { Pass, PassContext } from '../../pass.ts'
import { coefficientOf, multiplyOut } from '../../pattern/polynomial.ts'
import { isClosed, operandsOf, resultsOf } from '../../pattern/region.ts'

/**
 * Puts Softmax for e^d/Σe^d and LogSoftmax for d − log Σe^d, where d is what x has less than the maximum along the axis that
 * is summed. Without a maximum the exponential overflows where Softmax does not; the logarithm of a softmax is −∞ where that
 * vanishes, and LogSoftmax is not; x − (m + log Σe^d) rounds to the precision of a large m.
 */
export const recogniseSoftmaxes: Pass = {
  name: 'recognise-softmaxes',
  level: 'all',
  run(model, context) {
    let recognised = 0
    for (const node of model.graph.allNodes()) {
      const match = matchOf(node)
      const root = match?.result.producer
      if (!match || !root || !isWorthIt(match, context)) continue
      const b = builderAt(model, root)
      const attributes = { axis: match.axis, name: match.result.name }
      const { op, x, result } = match
      result.replaceUsesWith(op === 'Softmax' ? b.softmax(x, attributes) : b.logSoftmax(x, attributes))
      recognised++
    }
    return { activation: recognised }
  },
}

interface Match {
  readonly op: 'Softmax' | 'LogSoftmax'
  readonly x: Value
  readonly axis: number
  readonly result: Value
  readonly nodes: ReadonlySet<Node>
}

/** Along another axis than the last onnxruntime transposes, there and back: 0.8 to 1.7 of the nodes' time. */
const isWorthIt = ({ op, x, axis, result, nodes }: Match, { target }: PassContext): boolean =>
  axis === x.rank - 1 && gainsBy(target, op, x) && isSameType(x, result) && isClosed(nodes, result)

function matchOf(sum: Node): Match | undefined {
  const exp = sum.op === 'ReduceSum' && sum.domain === '' ? producerOf(sum.input(0), 'Exp', sum) : undefined
  const [axis, ...others] = (exp && keptAxes(sum)) ?? []
  if (!exp || axis === undefined || others.length > 0) return undefined
  const exponential = exponentialOf(exp, axis)
  const end = exponential && (quotient(exp, sum) ?? difference(exp, sum))
  if (!end) return undefined
  const nodes = new Set([sum, ...exponential.nodes, ...end.nodes])
  return { op: end.op, x: exponential.x, axis, result: end.result, nodes }
}

/** Operands to look at for the maximum: the difference has two, or one and a Neg. */
const MOST_OPERANDS = 4

/** x of e^(x − m). */
function exponentialOf(exp: Node, axis: number): Pick<Match, 'x' | 'nodes'> | undefined {
  const exponent = exp.input(0)
  for (const max of operandsOf(exponent, MOST_OPERANDS)) {
    const maximum = producerOf(max, 'ReduceMax', exp)
    if (!maximum || keptAxes(maximum)?.join() !== String(axis)) continue
    const x = maximum.input(0)
    const polynomial = multiplyOut(exponent, [x, max])
    if (polynomial?.terms.length !== 2) continue
    if (coefficientOf(polynomial, [x, 1]) === 1 && coefficientOf(polynomial, [max, 1]) === -1)
      return { x, nodes: new Set([exp, maximum, ...polynomial.nodes]) }
  }
  return undefined
}

type End = Pick<Match, 'op' | 'result' | 'nodes'>

/** Steps from the sum to the end of the longest spelling. */
const MOST_RESULTS = 4

/** e/Σe */
function quotient({ output: e }: Node, { output: sum }: Node): End | undefined {
  for (const result of resultsOf(sum, MOST_RESULTS)) {
    const polynomial = multiplyOut(result, [e, sum])
    if (polynomial?.terms.length === 1 && coefficientOf(polynomial, [e, 1], [sum, -1]) === 1)
      return { op: 'Softmax', result, nodes: polynomial.nodes }
  }
  return undefined
}

/** d − log Σe^d */
function difference(exp: Node, { output: sum }: Node): End | undefined {
  const [exponent, log] = [exp.input(0), soleUser(sum)]
  if (log?.op !== 'Log' || log.domain !== '') return undefined
  for (const result of resultsOf(log.output, MOST_RESULTS)) {
    const polynomial = multiplyOut(result, [exponent, log.output])
    const coefficients = [exponent, log.output].map(
      (value) => polynomial && coefficientOf(polynomial, [value, 1]),
    )
    if (polynomial?.terms.length === 2 && coefficients.join() === '1,-1')
      return { op: 'LogSoftmax', result, nodes: new Set([log, ...polynomial.nodes]) }
  }
  return undefined
}
