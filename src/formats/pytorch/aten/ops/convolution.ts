import { composites, type Value } from '../../../../graph/index.ts'
import type { Arguments } from '../arguments.ts'
import type { OperatorContext } from '../context.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/** One number for each spatial axis; lists of one serve all. */
function spatial(args: Arguments, name: string, axes: number): number[] {
  const given = args.numbers(name)
  const [only] = given
  return given.length === 1 && only !== undefined ? Array.from({ length: axes }, () => only) : given
}

/** `pads` of ONNX: all begins, then all ends. */
function padding(
  c: OperatorContext,
  args: Arguments,
  kernel: readonly number[],
  dilations: readonly number[],
): number[] {
  const given = args.get('padding')
  if (given.kind !== 'str') {
    const pads = spatial(args, 'padding', kernel.length)
    return [...pads, ...pads]
  }
  if (given.value === 'valid') return [...kernel, ...kernel].map(() => 0)
  if (given.value !== 'same') return c.fail(`padding '${given.value}' is neither 'same' nor 'valid'`)
  const totals = kernel.map((size, axis) => (dilations[axis] ?? 1) * (size - 1))
  const begins = totals.map((total) => Math.floor(total / 2))
  return [...begins, ...totals.map((total, axis) => total - (begins[axis] ?? 0))]
}

/** Sizes of the kernel's spatial axes. Weights are constants or parameters, so they are plain numbers. */
function kernelOf(c: OperatorContext, weight: Value): number[] {
  return weight.dims
    .slice(2)
    .map((dim) => (typeof dim === 'number' ? dim : c.refuse('the kernel has a dynamic size')))
}

/** Runs on an image that may lack its batch. */
function onImage(c: OperatorContext, input: Value, weight: Value, run: (x: Value) => Value): Value {
  if (input.rank === weight.rank || input.rank === weight.rank - 1)
    return composites.batched(c.b, input, weight.rank - 2, run)
  return c.fail(`the input has ${input.rank} dims where ${weight.rank} (or ${weight.rank - 1}) are needed`)
}

const convolution: Evaluate = (c, args) => {
  if (args.bool('transposed')) return transposed(c, args)
  const weight = args.value('weight')
  const kernel = kernelOf(c, weight)
  const dilations = spatial(args, 'dilation', kernel.length)
  const options = {
    B: args.optionalValue('bias'),
    kernel_shape: kernel,
    strides: spatial(args, 'stride', kernel.length),
    pads: padding(c, args, kernel, dilations),
    dilations,
    group: args.number('groups'),
  }
  return c.wrap(onImage(c, args.value('input'), weight, (x) => c.b.conv(x, weight, options)))
}

const transposed: Evaluate = (c, args) => {
  const weight = args.value('weight')
  const kernel = kernelOf(c, weight)
  const pads = spatial(args, 'padding', kernel.length)
  const options = {
    B: args.optionalValue('bias'),
    kernel_shape: kernel,
    strides: spatial(args, 'stride', kernel.length),
    pads: [...pads, ...pads],
    output_padding: spatial(args, 'output_padding', kernel.length),
    dilations: spatial(args, 'dilation', kernel.length),
    group: args.number('groups'),
  }
  return c.wrap(onImage(c, args.value('input'), weight, (x) => c.b.convTranspose(x, weight, options)))
}

/** Convolutions in 1, 2 and 3 dims. */
export const CONVOLUTION: OperatorTable = {
  conv1d: convolution,
  conv2d: convolution,
  conv3d: convolution,
  convolution,
  _convolution: convolution,
  _convolution_mode: convolution,
  conv_transpose1d: transposed,
  conv_transpose2d: transposed,
  conv_transpose3d: transposed,
}
