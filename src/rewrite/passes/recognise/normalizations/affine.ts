import {
  elementCount,
  type Tensor,
  tensorData,
  tensorOf,
  type Value,
  widenToFloat32,
} from '../../../../graph/index.ts'

/** Scales and shifts as normalisations take them, from constants that broadcast to x. */
export class Affine {
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
