/** Writes the few ONNX fields that a test model needs, so that a test can show its whole model. */

/** TensorProto.DataType */
const ELEMENT = { float32: 1, uint8: 2, int64: 7, string: 8, bool: 9, float16: 10 } as const

export interface TinyPort {
  readonly name: string
  readonly dtype: keyof typeof ELEMENT
  readonly shape: readonly (number | string)[]
}

export interface TinyNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

export interface TinyConstant {
  readonly name: string
  readonly dims: readonly number[]
  readonly values: Float32Array
  /** Where the values lie, when they lie in a file beside the model. */
  readonly location?: string
}

export interface TinyModel {
  readonly inputs: readonly TinyPort[]
  readonly outputs: readonly TinyPort[]
  readonly nodes: readonly TinyNode[]
  readonly constants?: readonly TinyConstant[]
}

/** A ModelProto of opset 21. */
export function tinyOnnx({ inputs, outputs, nodes, constants = [] }: TinyModel): Uint8Array<ArrayBuffer> {
  const graph = [
    ...nodes.map((node) =>
      bytes(1, [
        ...node.inputs.map((x) => text(1, x)),
        ...node.outputs.map((x) => text(2, x)),
        text(4, node.op),
      ]),
    ),
    text(2, 'tiny'),
    ...constants.map((constant) => bytes(5, tensor(constant))),
    ...inputs.map((port) => bytes(11, valueInfo(port))),
    ...outputs.map((port) => bytes(12, valueInfo(port))),
  ]
  return Uint8Array.from(
    [varint(1, 10), bytes(7, graph), bytes(8, [text(1, ''), varint(2, 21)])].flatMap((part) => [...part]),
  )
}

const raw = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)

function tensor({ name, dims, values, location }: TinyConstant): Iterable<number>[] {
  const header = [...dims.map((dim) => varint(1, dim)), varint(2, ELEMENT.float32), text(8, name)]
  if (location === undefined) return [...header, bytes(9, [raw(values)])]
  return [...header, bytes(13, [text(1, 'location'), text(2, location)]), varint(14, 1)]
}

function valueInfo({ name, dtype, shape }: TinyPort): Iterable<number>[] {
  const dims = shape.map((dim) => bytes(1, [typeof dim === 'number' ? varint(1, dim) : text(2, dim)]))
  return [text(1, name), bytes(2, [bytes(1, [varint(1, ELEMENT[dtype]), bytes(2, dims)])])]
}

function varint(field: number, value: number): number[] {
  return [field << 3, ...number(value)]
}

function bytes(field: number, parts: readonly Iterable<number>[]): number[] {
  const content = parts.flatMap((part) => [...part])
  return [(field << 3) | 2, ...number(content.length), ...content]
}

const text = (field: number, value: string): number[] => bytes(field, [new TextEncoder().encode(value)])

function number(value: number): number[] {
  const out: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...out, rest]
    out.push((rest % 128) | 128)
  }
}
