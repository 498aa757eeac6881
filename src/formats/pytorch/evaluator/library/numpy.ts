import { DTYPE_VALUES } from '../builtins/dtypes.ts'
import { lengthOf } from '../builtins/length.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { unknownImport } from '../interpreter/unknown-imports.ts'
import { float, int, type NamespaceValue, type NativeFunction, NONE, type PyValue } from '../values/index.ts'
import { dynamicLog, dynamicUnary, MATH, number, unary } from './math.ts'
import { functions } from './namespace.ts'

/** `np.log(0)` is −inf where `math.log(0)` raises. */
const PLAIN = {
  sqrt: dynamicUnary('sqrt', Math.sqrt),
  exp: unary(Math.exp),
  log: dynamicUnary('log', Math.log),
  log2: dynamicLog(2, Math.log2),
  log10: dynamicLog(10, Math.log10),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tanh: unary(Math.tanh),
  floor: unary(Math.floor),
  ceil: unary(Math.ceil),
} satisfies Readonly<Record<string, NativeFunction['call']>>

function total(i: Interpreter, items: PyValue | undefined): PyValue {
  return i.iterate(items ?? NONE).reduce<PyValue>((sum, item) => i.binary('+', sum, item), int(0))
}

const builtin =
  (name: string): NativeFunction['call'] =>
  (i, args) =>
    i.call(i.builtin(name), args)

const MEMBERS: ReadonlyMap<string, PyValue> = new Map<string, PyValue>([
  ...['pi', 'e', 'inf', 'nan'].map((name) => [name, MATH.get(name) ?? NONE] as const),
  ['newaxis', NONE],
  ...functions({
    ...PLAIN,
    abs: builtin('abs'),
    absolute: builtin('abs'),
    power: (i, { positional: [a = NONE, b = NONE] }) => i.binary('**', a, b),
    prod: (i, { positional: [items] }) =>
      i.iterate(items ?? NONE).reduce<PyValue>((product, item) => i.binary('*', product, item), int(1)),
    sum: (i, { positional: [items] }) => total(i, items),
    mean: (i, { positional: [items = NONE] }) =>
      float(number(i, total(i, items)) / number(i, lengthOf(i, items))),
    max: builtin('max'),
    min: builtin('min'),
    // Stochastic depth, layer by layer: `np.linspace(0, rate, depth)`, then `.tolist()`.
    linspace: (i, { positional: [start = NONE, stop = NONE, count = int(50)], keyword }) =>
      i.operators.call(i, 'linspace', {
        positional: [start, stop, keyword.get('num') ?? count],
        keyword: new Map([['dtype', DTYPE_VALUES.get('float64') ?? NONE]]),
      }),
    maximum: builtin('max'),
    minimum: builtin('min'),
  }),
])

/**
 * What constructors compute with `numpy` from plain numbers: `int(np.prod(shape))`, `np.log2(width)`. Arrays are not
 * known: their dtypes follow other rules than those of tensors.
 */
export const NUMPY: NamespaceValue = {
  kind: 'namespace',
  name: 'numpy',
  get: (name) => MEMBERS.get(name) ?? unknownImport(`numpy.${name}`),
}
