import {
  type Builder,
  elementCount,
  knownIntegers,
  type Model,
  type Node,
  type Tensor,
  tensorData,
  tensorOf,
  type Value,
  widenToFloat32,
} from '../../../graph/index.ts'
import type { TargetCapabilities } from '../../../targets/index.ts'
import { builderAt, gainsBy, sameType } from '../../match/fused.ts'
import { producerOf } from '../../match/uses.ts'
import type { Pass } from '../../pass.ts'
import { coefficientOf, multiplyOut, type Polynomial } from '../../pattern/polynomial.ts'
import { isClosed, operandsOf, resultsOf } from '../../pattern/region.ts'

/**
 * Puts LayerNormalization, InstanceNormalization and SimplifiedLayerNormalization (RMS) for what exporters write out:
 * x·(σ² + ε)^−½ with or without the mean taken off, in every spelling (Div by Sqrt, Reciprocal, Pow −½; TensorFlow's
 * x·r + (β − μ·r)), with or without scale and shift.
 */
export const recogniseNormalizations: Pass = {
  name: 'recognise-normalizations',
  level: 'all',
  run(model, { target }) {
    let recognised = 0
    for (const node of model.graph.allNodes()) {
      if (node.domain !== '' || !ROOTS.has(node.op)) continue
      if (matchesOf(node).some((match) => replace(model, target, match))) recognised++
    }
    return { normalisation: recognised }
  },
}

const ROOTS = new Set(['Sqrt', 'Pow'])

/** What stands under the root: v = mean((x − μ)²) + ε, or mean(x²) + ε. */
interface Moment {
  readonly x: Value
  /** The mean that is taken off. */
  readonly mean: Value | undefined
  readonly sum: Value
  readonly epsilon: number
  /** Sorted, from 0. */
  readonly axes: readonly number[]
  readonly nodes: ReadonlySet<Node>
}

function* momentsUnder(root: Node): Generator<Moment> {
  const sum = root.input(0)
  const add = producerOf(sum, 'Add', root)
  const variance = add?.inputs.find((input) => input && producerOf(input, 'ReduceMean', root))
  const polynomial = variance && multiplyOut(sum, [variance])
  const mean = variance?.producer
  if (!polynomial || !mean || polynomial.terms.length > 2) return
  const epsilon = coefficientOf(polynomial)
  const axes = reducedAxes(mean)
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
      reducedAxes(user)?.join() === axes.join(),
  )
}

/** Axes of a reduction that keeps them as 1. */
function reducedAxes(node: Node): readonly number[] | undefined {
  const { type } = node.input(0)
  const rank = type?.kind === 'tensor' ? type.dims?.length : undefined
  const given = node.inputs[1] && knownIntegers(node.inputs[1])
  if (rank === undefined || !given?.every((axis) => typeof axis === 'number')) return undefined
  if (node.attribute('keepdims', 'int') === 0 || given.length === 0) return undefined
  return given.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b)
}

interface Match extends Moment {
  readonly result: Value
  /** undefined: 1 */
  readonly scale: Value | undefined
  /** undefined: 0 */
  readonly shift: Value | undefined
}

/** Steps from the root to the end of the longest spelling. */
const MOST_RESULTS = 8

const matchesOf = (root: Node): Match[] =>
  [...momentsUnder(root)].flatMap((moment) => [...normalisationsOf(root, moment)])

/** The longest first. */
function* normalisationsOf(root: Node, moment: Moment): Generator<Match> {
  const { x, mean, sum } = moment
  const atoms = mean ? [x, mean, sum] : [x, sum]
  const ends = resultsOf(root.output, MOST_RESULTS).filter((value) => sameType(value, x))
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

function replace(model: Model, target: TargetCapabilities, match: Match): boolean {
  const { x, mean, axes, result, scale, shift } = match
  const root = result.producer
  if (!root) return false
  const trailing = axes.every((axis, index) => axis === x.rank - axes.length + index)
  if (!trailing) return false
  const rows = new Affine(x)
  const gamma = rows.along(axes, scale, 1)
  if (!mean) {
    if (shift || !gamma || !gainsBy(target, 'SimplifiedLayerNormalization', x)) return false
    return put(model, match, root, (b) => {
      const attributes = { axis: x.rank - axes.length, epsilon: match.epsilon, name: result.name }
      return b.simplifiedLayerNormalization(x, b.constant(gamma, scale?.name), attributes)
    })
  }
  const beta = shift ? rows.along(axes, shift, 0) : undefined
  const perChannel = axes.length === x.rank - 2 && x.rank > 2 ? rows.channels(scale, shift) : undefined
  if (perChannel && gainsBy(target, 'InstanceNormalization', x)) {
    return put(model, match, root, (b) =>
      b.instanceNormalization(
        x,
        b.constant(perChannel.scale, scale?.name),
        b.constant(perChannel.shift, shift?.name),
        {
          epsilon: match.epsilon,
          name: result.name,
        },
      ),
    )
  }
  if (!gamma || (shift && !beta) || !gainsBy(target, 'LayerNormalization', x)) return false
  return put(model, match, root, (b) =>
    b.layerNormalization(x, b.constant(gamma, scale?.name), {
      B: beta && b.constant(beta, shift?.name),
      axis: x.rank - axes.length,
      epsilon: match.epsilon,
      name: result.name,
    }),
  )
}

function put(model: Model, { result }: Match, root: Node, build: (b: Builder) => Value): boolean {
  result.replaceUsesWith(build(builderAt(model, root)))
  return true
}

/** Scales and shifts as normalisations take them, from constants that broadcast to x. */
class Affine {
  readonly #x: Value

  constructor(x: Value) {
    this.#x = x
  }

  /** Over the axes that are normalised; undefined where the constant varies along others, or a size is open. */
  along(axes: readonly number[], constant: Value | undefined, neutral: number): Tensor | undefined {
    return this.#over(axes, constant, neutral)
  }

  /** One number a channel. */
  channels(scale: Value | undefined, shift: Value | undefined): { scale: Tensor; shift: Tensor } | undefined {
    const [first, second] = [this.#over([1], scale, 1), this.#over([1], shift, 0)]
    return first && second && { scale: first, shift: second }
  }

  #over(axes: readonly number[], constant: Value | undefined, neutral: number): Tensor | undefined {
    const dims = axes.map((axis) => this.#x.dims[axis])
    if (!dims.every((dim) => typeof dim === 'number')) return undefined
    const count = elementCount(dims)
    if (count > MOST_NUMBERS) return undefined
    const { dtype, rank } = this.#x
    if (!constant?.tensor) return tensorOf(dtype, dims, new Float64Array(count).fill(neutral))
    const from = constant.tensor
    const own = [...Array.from({ length: rank - from.dims.length }, () => 1), ...from.dims]
    if (from.dtype !== dtype || own.length !== rank) return undefined
    const varies = own.flatMap((dim, axis) => (dim === 1 ? [] : [axis]))
    if (!varies.every((axis) => axes.includes(axis))) return undefined
    return tensorOf(
      dtype,
      dims,
      broadcast(
        numbersOf(from),
        axes.map((axis) => own[axis] ?? 1),
        dims,
      ),
    )
  }
}

/** A normalised extent beyond this is no row of features. */
const MOST_NUMBERS = 1 << 20

function numbersOf(tensor: Tensor): ArrayLike<number> {
  const data = tensorData(tensor)
  if (tensor.dtype === 'float16' && data instanceof Uint16Array) return widenToFloat32('float16', data)
  return Float64Array.from(data as ArrayLike<number>)
}

function broadcast(data: ArrayLike<number>, from: readonly number[], to: readonly number[]): Float64Array {
  const result = new Float64Array(elementCount(to))
  for (let i = 0; i < result.length; i++) {
    let [rest, at, stride] = [i, 0, 1]
    for (let axis = to.length - 1; axis >= 0; axis--) {
      const size = to[axis] ?? 1
      if ((from[axis] ?? 1) !== 1) at += (rest % size) * stride
      rest = Math.floor(rest / size)
      stride *= from[axis] ?? 1
    }
    result[i] = data[at] ?? 0
  }
  return result
}
