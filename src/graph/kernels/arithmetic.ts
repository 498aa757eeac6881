import type { Kernel } from './call.ts'
import { comparing, folding, mapping } from './elementwise.ts'

/** Integer division rounds towards zero; by zero it is left to the runtime. */
const divide = folding({
  float: (a, b) => a / b,
  int: (a, b) => (b === 0 ? undefined : Math.trunc(a / b)),
  big: (a, b) => (b === 0n ? undefined : a / b),
})

const floorMod = (a: number, b: number): number => ((a % b) + b) % b

/** `fmod` has the dividend's sign; without it, for integers, the divisor's. */
const modulo: Kernel = (call) =>
  call.int('fmod', 0) === 1
    ? folding({
        float: (a, b) => a % b,
        int: (a, b) => (b === 0 ? undefined : a % b),
        big: (a, b) => (b === 0n ? undefined : a % b),
      })(call)
    : folding({
        int: (a, b) => (b === 0 ? undefined : floorMod(a, b)),
        big: (a, b) => (b === 0n ? undefined : ((a % b) + b) % b),
      })(call)

/** Of two NaN operands or one, NaN. */
const larger = (a: number, b: number): number => (a > b || Number.isNaN(a) ? a : b)
const smaller = (a: number, b: number): number => (a < b || Number.isNaN(a) ? a : b)

const power: Kernel = (call) => {
  const [base, exponent] = call.inputs
  if (base?.dtype !== exponent?.dtype) return undefined
  return folding({ float: (a, b) => a ** b, big: (a, b) => (b < 0n ? undefined : power64(a, b)) })(call)
}

/** a ** b; undefined where 64 bits do not hold it: runtimes differ in what they make of that. */
function power64(base: bigint, exponent: bigint): bigint | undefined {
  if (base >= -1n && base <= 1n) return exponent === 0n ? 1n : exponent % 2n === 0n ? base * base : base
  if (exponent > 63n) return undefined
  const result = base ** exponent
  return BigInt.asIntN(64, result) === result ? result : undefined
}

const mul32 = (a: number, b: number): number =>
  Math.abs(a * b) <= Number.MAX_SAFE_INTEGER ? a * b : Math.imul(a, b)

const logical = (rule: (a: number, b: number) => number): Kernel => folding({ int: rule })

export const arithmeticKernels: { readonly [op: string]: Kernel } = {
  Add: folding({ float: (a, b) => a + b, int: (a, b) => a + b, big: (a, b) => a + b }),
  And: logical((a, b) => a & b),
  BitwiseAnd: folding({ int: (a, b) => a & b, big: (a, b) => a & b }),
  BitwiseOr: folding({ int: (a, b) => a | b, big: (a, b) => a | b }),
  BitwiseXor: folding({ int: (a, b) => a ^ b, big: (a, b) => a ^ b }),
  Div: divide,
  Equal: comparing((a, b) => a === b),
  Greater: comparing((a, b) => a > b),
  GreaterOrEqual: comparing((a, b) => a >= b),
  Less: comparing((a, b) => a < b),
  LessOrEqual: comparing((a, b) => a <= b),
  Max: folding({ float: larger, int: Math.max, big: (a, b) => (a > b ? a : b) }),
  Min: folding({ float: smaller, int: Math.min, big: (a, b) => (a < b ? a : b) }),
  Mod: modulo,
  Mul: folding({ float: (a, b) => a * b, int: mul32, big: (a, b) => a * b }),
  Or: logical((a, b) => a | b),
  Pow: power,
  Sub: folding({ float: (a, b) => a - b, int: (a, b) => a - b, big: (a, b) => a - b }),
  Sum: folding({ float: (a, b) => a + b }),
  Xor: logical((a, b) => a ^ b),
}

/** To the nearest whole number, halves to the even one. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x)
  const rest = x - floor
  if (rest !== 0.5) return rest > 0.5 ? floor + 1 : floor
  return floor % 2 === 0 ? floor : floor + 1
}

const bigSign = (x: bigint): bigint => (x > 0n ? 1n : x < 0n ? -1n : 0n)
const bigAbs = (x: bigint): bigint => (x < 0n ? -x : x)

const isInfinite: Kernel = (call) => {
  const [negative, positive] = [call.int('detect_negative', 1), call.int('detect_positive', 1)]
  const infinite = (x: number) =>
    (x === Number.POSITIVE_INFINITY && positive !== 0) || (x === Number.NEGATIVE_INFINITY && negative !== 0)
  return mapping({ float: (x) => Number(infinite(x)) })(call)
}

export const unaryKernels: { readonly [op: string]: Kernel } = {
  Abs: mapping({ float: Math.abs, int: Math.abs, big: bigAbs }),
  Ceil: mapping({ float: Math.ceil }),
  Cos: mapping({ float: Math.cos }),
  Exp: mapping({ float: Math.exp }),
  Floor: mapping({ float: Math.floor }),
  IsInf: isInfinite,
  IsNaN: mapping({ float: (x) => Number(Number.isNaN(x)) }),
  Log: mapping({ float: Math.log }),
  Neg: mapping({ float: (x) => -x, int: (x) => -x, big: (x) => -x }),
  Not: mapping({ int: (x) => 1 - x }),
  Reciprocal: mapping({ float: (x) => 1 / x }),
  Relu: mapping({ float: (x) => larger(x, 0), int: (x) => Math.max(x, 0), big: (x) => (x > 0n ? x : 0n) }),
  Round: mapping({ float: roundHalfEven }),
  Sigmoid: mapping({ float: (x) => 1 / (1 + Math.exp(-x)) }),
  Sign: mapping({ float: Math.sign, int: Math.sign, big: bigSign }),
  Sin: mapping({ float: Math.sin }),
  Sqrt: mapping({ float: Math.sqrt }),
  Tanh: mapping({ float: Math.tanh }),
}
