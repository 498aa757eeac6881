import type { Builder } from '../../build/builder.ts'
import { number } from '../../build/composites/index.ts'
import type { Value } from '../../value.ts'
import type { Adapter, OldCall } from './adapter.ts'
import { selu as oldSelu } from './selu.ts'

/** What an activation computes, of operators that have kernels for float64. */
type Formula = (x: Value, of: Arithmetic) => Value

interface Arithmetic {
  readonly b: Builder
  /** A float attribute, or its default. */
  readonly attribute: (name: string, standard: number) => Value
  readonly number: (value: number) => Value
}

/**
 * Activations in float64, written out: onnxruntime has no such kernels, and takes them apart by itself at opset 18 alone. Formulas as in
 * the ONNX specification, with exponentials of nothing above 0.
 */
const FORMULAS: { readonly [op: string]: Formula } = {
  Elu: (x, of) => of.b.add(above(x, of), of.b.mul(of.attribute('alpha', 1), exponential(x, of))),
  HardSigmoid: (x, of) => hardSigmoid(x, of, of.attribute('alpha', 0.2), of.attribute('beta', 0.5)),
  HardSwish: (x, of) => of.b.mul(x, hardSigmoid(x, of, of.number(1 / 6), of.number(0.5))),
  LeakyRelu: (x, of) => of.b.add(above(x, of), of.b.mul(of.attribute('alpha', 0.01), below(x, of))),
  Mish: (x, of) => of.b.mul(x, of.b.tanh(softplus(x, of))),
  Selu: (x, of) => {
    const alpha = of.attribute('alpha', 1.6732631921768188)
    const sum = of.b.add(above(x, of), of.b.mul(alpha, exponential(x, of)))
    return of.b.mul(of.attribute('gamma', 1.0507010221481323), sum)
  },
  Softplus: softplus,
  Softsign: (x, of) => of.b.div(x, of.b.add(of.number(1), of.b.abs(x))),
  ThresholdedRelu: (x, of) => of.b.where(of.b.greater(x, of.attribute('alpha', 1)), x, of.number(0)),
}

const above = (x: Value, { b, number: of }: Arithmetic): Value => b.max([x, of(0)])
const below = (x: Value, { b, number: of }: Arithmetic): Value => b.min([x, of(0)])

/** e^x − 1 below 0, and 0 above. */
const exponential = (x: Value, of: Arithmetic): Value => of.b.sub(of.b.exp(below(x, of)), of.number(1))

/** max(x, 0) + log(1 + e^−|x|) */
function softplus(x: Value, of: Arithmetic): Value {
  const { b } = of
  return b.add(above(x, of), b.log(b.add(of.number(1), b.exp(b.neg(b.abs(x))))))
}

function hardSigmoid(x: Value, of: Arithmetic, slope: Value, shift: Value): Value {
  const { b } = of
  return b.max([b.min([b.add(b.mul(slope, x), shift), of.number(1)]), of.number(0)])
}

/** Adapters of their operators at every opset; an older form is another matter, and comes first. */
export const doubleActivations: readonly Adapter[] = Object.entries(FORMULAS).map(([op, formula]) => ({
  op,
  below: Number.POSITIVE_INFINITY,
  adapt: (call) => {
    if (op === oldSelu.op && call.opset < oldSelu.below) oldSelu.adapt(call)
    const { type } = call.node.input(0)
    if (type?.kind !== 'tensor' || type.dtype !== 'float64') return undefined
    return [formula(call.node.input(0), arithmeticOf(call))]
  },
}))

function arithmeticOf({ builder: b, node }: OldCall): Arithmetic {
  const of = (value: number): Value => number(b, 'float64', value)
  return { b, number: of, attribute: (name, standard) => of(node.attribute(name, 'float') ?? standard) }
}
