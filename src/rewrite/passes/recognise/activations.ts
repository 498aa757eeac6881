import type { Builder, Node, Value } from '../../../graph/index.ts'
import type { FusedOperator } from '../../../targets/index.ts'
import { constantNumber } from '../../match/constants.ts'
import { builderAt } from '../../match/edit.ts'
import { gainsBy, isAbout } from '../../match/fused.ts'
import { isSameType } from '../../match/types.ts'
import type { Pass, PassContext } from '../../pass.ts'
import { coefficientOf, multiplyOut, type Polynomial } from '../../pattern/polynomial.ts'
import { isClosed, operandsOf, resultsOf } from '../../pattern/region.ts'

/** An activation written out, found around the one node that is not arithmetic: its result is `t`. */
interface Match {
  readonly op: FusedOperator
  readonly x: Value
  readonly result: Value
  readonly nodes: ReadonlySet<Node>
  readonly build: (b: Builder, x: Value) => Value
}

/**
 * Puts one operator for activations that exporters write out: GELU by erf and by tanh, x·sigmoid(αx), HardSigmoid and
 * HardSwish. What is around the erf, tanh, … is multiplied out and compared as a polynomial, so that the order of
 * factors, halves that are divided by 2, and sums that are multiplied out make no difference.
 *
 * @example x·0.5·(1 + erf(x/√2)) // Gelu(x)
 */
export const recogniseActivations: Pass = {
  name: 'recognise-activations',
  level: 'all',
  run(model, context) {
    let recognised = 0
    for (const node of model.graph.allNodes()) {
      const matches = node.domain === '' ? MATCHERS[node.op]?.(node) : undefined
      for (const match of matches ?? []) {
        const root = match.result.producer
        if (!root || !isWorthIt(match, context)) continue
        match.result.replaceUsesWith(match.build(builderAt(model, root), match.x))
        recognised++
        break
      }
    }
    return { activation: recognised }
  },
}

const isWorthIt = ({ op, x, result, nodes }: Match, { target }: PassContext): boolean =>
  gainsBy(target, op, x) && isSameType(x, result) && isClosed(nodes, result)

/** What may be read around a node, the best first. */
const MATCHERS: { readonly [op: string]: (node: Node) => Iterable<Match> } = {
  Erf: erfGelu,
  Tanh: tanhGelu,
  Sigmoid: quickGelu,
  Exp: quickGeluByExp,
  Clip: hardActivation,
  Abs: softsign,
}

/** Arithmetic behind `t` reaches no further than this in any spelling, nor does that before it. */
const MOST_RESULTS = 6
const MOST_OPERANDS = 8

/** The first result of t, up to `MOST_RESULTS` steps away, that is this polynomial of the atoms. */
function find(
  t: Value,
  atoms: readonly Value[],
  is: (polynomial: Polynomial) => boolean,
): { readonly result: Value; readonly nodes: ReadonlySet<Node> } | undefined {
  for (const result of resultsOf(t, MOST_RESULTS)) {
    const polynomial = multiplyOut(result, atoms)
    if (polynomial && is(polynomial)) return { result, nodes: polynomial.nodes }
  }
  return undefined
}

/** x/2 + x·t/2 */
const halves = (polynomial: Polynomial, x: Value, t: Value): boolean =>
  polynomial.terms.length === 2 &&
  isAbout(coefficientOf(polynomial, [x, 1]), 0.5, x.dtype) &&
  isAbout(coefficientOf(polynomial, [x, 1], [t, 1]), 0.5, x.dtype)

function erfGelu(erf: Node): Iterable<Match> {
  return gelu(
    erf,
    'none',
    (inner, x) => inner.terms.length === 1 && isAbout(coefficientOf(inner, [x, 1]), Math.SQRT1_2, x.dtype),
  )
}

const TANH_SCALE = Math.sqrt(2 / Math.PI)

function tanhGelu(tanh: Node): Iterable<Match> {
  return gelu(
    tanh,
    'tanh',
    (inner, x) =>
      inner.terms.length === 2 &&
      isAbout(coefficientOf(inner, [x, 1]), TANH_SCALE, x.dtype) &&
      isAbout(coefficientOf(inner, [x, 3]), TANH_SCALE * 0.044715, x.dtype),
  )
}

function* gelu(
  node: Node,
  approximate: 'none' | 'tanh',
  isArgument: (inner: Polynomial, x: Value) => boolean,
): Generator<Match> {
  const t = node.output
  for (const x of operandsOf(node.input(0), MOST_OPERANDS)) {
    const inner = x.type?.kind === 'tensor' ? multiplyOut(node.input(0), [x]) : undefined
    if (!inner || !isArgument(inner, x)) continue
    const outer = find(t, [x, t], (polynomial) => halves(polynomial, x, t))
    if (!outer) continue
    const nodes = new Set([node, ...inner.nodes, ...outer.nodes])
    const build = (b: Builder, input: Value) => b.gelu(input, { approximate, name: outer.result.name })
    yield { op: 'Gelu', x, result: outer.result, nodes, build }
  }
}

/** x·sigmoid(αx): SiLU, Swish and the quick GELU. */
function* quickGelu(sigmoid: Node): Generator<Match> {
  const t = sigmoid.output
  for (const { x, slope, shift, nodes } of linearsOf(sigmoid.input(0))) {
    if (slope === 0 || shift !== 0) continue
    const outer = find(t, [x, t], (polynomial) => isOne(polynomial, [x, 1], [t, 1]))
    if (outer) yield quick(x, slope, outer.result, [sigmoid, ...nodes, ...outer.nodes])
  }
}

/** x/(1 + exp(−αx)) */
function* quickGeluByExp(exp: Node): Generator<Match> {
  const t = exp.output
  const denominator = find(t, [t], (polynomial) => isOnePlus(polynomial, t))
  if (!denominator) return
  for (const { x, slope, shift, nodes } of linearsOf(exp.input(0))) {
    if (slope === 0 || shift !== 0) continue
    const d = denominator.result
    const outer = find(d, [x, d], (polynomial) => isOne(polynomial, [x, 1], [d, -1]))
    if (outer) yield quick(x, -slope, outer.result, [exp, ...nodes, ...denominator.nodes, ...outer.nodes])
  }
}

function quick(x: Value, alpha: number, result: Value, nodes: readonly Node[]): Match {
  const build = (b: Builder, input: Value) => b.quickGelu(input, { alpha, name: result.name })
  return { op: 'QuickGelu', x, result, nodes: new Set(nodes), build }
}

/** x/(1 + |x|) */
function* softsign(abs: Node): Generator<Match> {
  const [x, t] = [abs.input(0), abs.output]
  const denominator = find(t, [t], (polynomial) => isOnePlus(polynomial, t))
  const d = denominator?.result
  const outer = d && find(d, [x, d], (polynomial) => isOne(polynomial, [x, 1], [d, -1]))
  if (!outer) return
  const nodes = new Set([abs, ...denominator.nodes, ...outer.nodes])
  const build = (b: Builder, input: Value) => b.softsign(input, { name: outer.result.name })
  yield { op: 'Softsign', x, result: outer.result, nodes, build }
}

/** k·clip(ax + b, 0, 1/k), and that times x where the slope is 1/6 and the middle a half. */
function* hardActivation(clip: Node): Generator<Match> {
  const t = clip.output
  const [low, high] = [constantNumber(clip.inputs[1]), constantNumber(clip.inputs[2])]
  if (low !== 0 || high === undefined || !(high > 0)) return
  const lines = [...linearsOf(clip.input(0))].filter(({ x, slope }) => x.type?.kind === 'tensor' && slope > 0)
  for (const { x, slope, shift, nodes } of lines) {
    if (!isAbout(slope / high, 1 / 6, x.dtype) || !isAbout(shift / high, 0.5, x.dtype)) continue
    const swish = find(t, [x, t], (polynomial) => isAlone(polynomial, 1 / high, x.dtype, [x, 1], [t, 1]))
    if (swish) yield hardSwish(x, swish.result, [clip, ...nodes, ...swish.nodes])
  }
  for (const { x, slope, shift, nodes } of lines.reverse()) {
    const line = { alpha: slope / high, beta: shift / high }
    const scaled = find(t, [t], (polynomial) => isAlone(polynomial, 1 / high, x.dtype, [t, 1]))
    if (scaled) yield hardSigmoid(x, line, scaled.result, [clip, ...nodes, ...scaled.nodes])
    else if (high === 1 && nodes.size > 0) yield hardSigmoid(x, line, t, [clip, ...nodes])
  }
}

function hardSwish(x: Value, result: Value, nodes: readonly Node[]): Match {
  const build = (b: Builder, input: Value) => b.hardSwish(input, { name: result.name })
  return { op: 'HardSwish', x, result, nodes: new Set(nodes), build }
}

function hardSigmoid(
  x: Value,
  line: { readonly alpha: number; readonly beta: number },
  result: Value,
  nodes: readonly Node[],
): Match {
  const build = (b: Builder, input: Value) => b.hardSigmoid(input, { ...line, name: result.name })
  return { op: 'HardSigmoid', x, result, nodes: new Set(nodes), build }
}

/** A value as slope·x + shift. */
interface Linear {
  readonly x: Value
  readonly slope: number
  readonly shift: number
  readonly nodes: ReadonlySet<Node>
}

function* linearsOf(value: Value): Generator<Linear> {
  for (const x of operandsOf(value, MOST_OPERANDS)) {
    const polynomial = multiplyOut(value, [x])
    if (!polynomial) continue
    const [slope, shift] = [coefficientOf(polynomial, [x, 1]), coefficientOf(polynomial)]
    const terms = (slope === 0 ? 0 : 1) + (shift === 0 ? 0 : 1)
    if (terms === polynomial.terms.length) yield { x, slope, shift, nodes: polynomial.nodes }
  }
}

type Power = readonly [Value, number]

const isAlone = (
  polynomial: Polynomial,
  coefficient: number,
  dtype: string,
  ...powers: readonly Power[]
): boolean =>
  polynomial.terms.length === 1 && isAbout(coefficientOf(polynomial, ...powers), coefficient, dtype)

const isOne = (polynomial: Polynomial, ...powers: readonly Power[]): boolean =>
  polynomial.terms.length === 1 && coefficientOf(polynomial, ...powers) === 1

const isOnePlus = (polynomial: Polynomial, t: Value): boolean =>
  polynomial.terms.length === 2 && coefficientOf(polynomial) === 1 && coefficientOf(polynomial, [t, 1]) === 1
