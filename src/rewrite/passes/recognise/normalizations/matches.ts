import type { Node, Value } from '../../../../graph/index.ts'
import { isSameType } from '../../../match/types.ts'
import { coefficientOf, multiplyOut, type Polynomial } from '../../../pattern/polynomial.ts'
import { isClosed, resultsOf } from '../../../pattern/region.ts'
import { type Moment, momentsUnder } from './moments.ts'

/** γ·(x − μ)·(σ² + ε)^−½ + β as nodes have it. */
export interface Match extends Moment {
  readonly result: Value
  /** undefined: 1 */
  readonly scale: Value | undefined
  /** undefined: 0 */
  readonly shift: Value | undefined
}

/** Steps from the root to the end of the longest spelling. */
const MOST_RESULTS = 8

/** The longest first. */
export const matchesOf = (root: Node): Match[] =>
  [...momentsUnder(root)].flatMap((moment) => [...normalisationsOf(root, moment)])

function* normalisationsOf(root: Node, moment: Moment): Generator<Match> {
  const { x, mean, sum } = moment
  const atoms = mean ? [x, mean, sum] : [x, sum]
  const ends = resultsOf(root.output, MOST_RESULTS).filter((value) => isSameType(value, x))
  for (const result of ends.reverse()) {
    const polynomial = multiplyOut(result, atoms)
    const affine = polynomial && affineOf(polynomial, moment)
    const nodes = polynomial && new Set([...moment.nodes, ...polynomial.nodes])
    if (affine && nodes && isClosed(nodes, result)) yield { ...moment, ...affine, result, nodes }
  }
}

/** γ and β of γ·x·r − γ·μ·r + β, where r is sum^−½. */
function affineOf(
  polynomial: Polynomial,
  { x, mean, sum }: Moment,
): Pick<Match, 'scale' | 'shift'> | undefined {
  const constants = new Set(
    polynomial.terms.flatMap(({ powers }) => [...powers.keys()].filter((value) => value.tensor)),
  )
  const others = polynomial.terms.length - (mean ? 2 : 1)
  if (others < 0 || others > 1 || constants.size > 2) return undefined
  for (const scale of [undefined, ...constants]) {
    const own: readonly (readonly [Value, number])[] = scale ? [[scale, 1]] : []
    if (coefficientOf(polynomial, [x, 1], [sum, -0.5], ...own) !== 1) continue
    if (mean && coefficientOf(polynomial, [mean, 1], [sum, -0.5], ...own) !== -1) continue
    if (others === 0) return { scale, shift: undefined }
    return shiftOf(polynomial, [...constants], scale)
  }
  return undefined
}

function shiftOf(
  polynomial: Polynomial,
  constants: readonly Value[],
  scale: Value | undefined,
): Pick<Match, 'scale' | 'shift'> | undefined {
  const shift = constants.find((constant) => coefficientOf(polynomial, [constant, 1]) === 1)
  return shift && { scale, shift }
}
