import type { Node, Value } from '../../../../graph/index.ts'
import { keptAxes } from '../../../match/reductions.ts'
import { producerOf } from '../../../match/uses.ts'
import { coefficientOf, multiplyOut, type Polynomial } from '../../../pattern/polynomial.ts'
import { operandsOf } from '../../../pattern/region.ts'

/** What stands under the root: v = mean((x − μ)²) + ε, or mean(x²) + ε. */
export interface Moment {
  readonly x: Value
  /** The mean that is taken off. */
  readonly mean: Value | undefined
  readonly sum: Value
  readonly epsilon: number
  /** Sorted, from 0. */
  readonly axes: readonly number[]
  readonly nodes: ReadonlySet<Node>
}

/** Every way to read what is under the root as a second moment. */
export function* momentsUnder(root: Node): Generator<Moment> {
  const sum = root.input(0)
  const add = producerOf(sum, 'Add', root)
  const variance = add?.inputs.find((input) => input && producerOf(input, 'ReduceMean', root))
  const polynomial = variance && multiplyOut(sum, [variance])
  const mean = variance?.producer
  if (!polynomial || !mean || polynomial.terms.length > 2) return
  const epsilon = coefficientOf(polynomial)
  const axes = keptAxes(mean)
  if (!axes || coefficientOf(polynomial, [variance, 1]) !== 1 || !(epsilon >= 0)) return
  for (const square of squaresUnder(mean, axes)) {
    const nodes = new Set([mean, ...polynomial.nodes, ...square.nodes])
    yield { ...square, sum, epsilon, axes, nodes }
  }
}

/** x and μ where a ReduceMean takes the mean of (x − μ)², before x where it is that of x². */
function* squaresUnder(mean: Node, axes: readonly number[]): Generator<Pick<Moment, 'x' | 'mean' | 'nodes'>> {
  const square = mean.input(0)
  for (const x of operandsOf(square, 8).toReversed()) {
    const average = meanOf(x, axes, mean)
    const polynomial = multiplyOut(square, average ? [x, average.output] : [x])
    if (!polynomial) continue
    if (polynomial.terms.length === 1 && coefficientOf(polynomial, [x, 2]) === 1)
      yield { x, mean: undefined, nodes: polynomial.nodes }
    const m = average?.output
    if (average && m && isSquareOfDifference(polynomial, x, m))
      yield { x, mean: m, nodes: new Set([average, ...polynomial.nodes]) }
  }
}

const isSquareOfDifference = (polynomial: Polynomial, x: Value, m: Value): boolean =>
  polynomial.terms.length === 3 &&
  coefficientOf(polynomial, [x, 2]) === 1 &&
  coefficientOf(polynomial, [m, 2]) === 1 &&
  coefficientOf(polynomial, [x, 1], [m, 1]) === -2

/** Enough for every reader of an activation that a normalisation and a residual connection read. */
const MOST_READERS = 8

function meanOf(x: Value, axes: readonly number[], like: Node): Node | undefined {
  if (x.userCount > MOST_READERS) return undefined
  return x.users.find(
    (user) =>
      producerOf(user.outputs[0], 'ReduceMean', like) === user &&
      user !== like &&
      keptAxes(user)?.join() === axes.join(),
  )
}
