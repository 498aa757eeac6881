import { MemorySource } from '../../../src/graph/index.ts'
import * as F from '../../../src/graph/onnx/proto/fields.ts'
import { ProtoWriter } from '../../../src/graph/onnx/wire/writer.ts'

/** ONNX files spelled out for tests, also such as our writer would never write. */
export interface FileSpec {
  readonly inputs?: readonly PortSpec[]
  readonly outputs?: readonly PortSpec[]
  readonly nodes?: readonly NodeSpec[]
  readonly initializers?: readonly TensorSpec[]
  readonly functions?: readonly FunctionSpec[]
  readonly opset?: number
  readonly functionOpset?: number
}

export interface PortSpec {
  readonly name: string
  readonly type?: number
  readonly dims?: readonly (number | string | undefined)[]
}

export type Fill = (message: ProtoWriter) => void

export interface NodeSpec {
  readonly op: string
  readonly domain?: string
  readonly name?: string
  readonly inputs?: readonly string[]
  readonly outputs?: readonly string[]
  readonly attributes?: { readonly [name: string]: Fill }
}

export interface TensorSpec {
  readonly name: string
  readonly type?: number
  readonly dims?: readonly number[]
  /** Writes the data; zeros when absent. */
  readonly data?: Fill
}

export interface FunctionSpec {
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly nodes: readonly NodeSpec[]
  readonly attributes?: readonly string[]
  readonly defaults?: { readonly [name: string]: Fill }
}

export const int =
  (value: number): Fill =>
  (message) =>
    message.int(F.ATTRIBUTE.i, value).int(F.ATTRIBUTE.type, F.ATTRIBUTE_TYPE.int)
export const float =
  (value: number): Fill =>
  (message) =>
    message.float(F.ATTRIBUTE.f, value).int(F.ATTRIBUTE.type, F.ATTRIBUTE_TYPE.float)
export const ints =
  (...values: number[]): Fill =>
  (message) =>
    message.ints(F.ATTRIBUTE.ints, values).int(F.ATTRIBUTE.type, F.ATTRIBUTE_TYPE.ints)
export const reference =
  (name: string, type: keyof typeof F.ATTRIBUTE_TYPE): Fill =>
  (message) =>
    message.text(F.ATTRIBUTE.refAttrName, name).int(F.ATTRIBUTE.type, F.ATTRIBUTE_TYPE[type])
export const graph =
  (spec: FileSpec): Fill =>
  (message) =>
    message
      .message(F.ATTRIBUTE.g, (nested) => fillGraph(nested, spec))
      .int(F.ATTRIBUTE.type, F.ATTRIBUTE_TYPE.graph)
export const tensor =
  (spec: TensorSpec): Fill =>
  (message) =>
    message
      .message(F.ATTRIBUTE.t, (nested) => fillTensor(nested, spec))
      .int(F.ATTRIBUTE.type, F.ATTRIBUTE_TYPE.tensor)

export const raw =
  (bytes: Uint8Array): Fill =>
  (message) =>
    message.blob(F.TENSOR.rawData, { size: bytes.byteLength, chunks: () => [bytes] })

export const external =
  (entries: { readonly [key: string]: string }): Fill =>
  (message) => {
    for (const [key, value] of Object.entries(entries))
      message.message(F.TENSOR.externalData, (entry) => entry.text(1, key).text(2, value))
    message.int(F.TENSOR.dataLocation, F.EXTERNAL)
  }

export function onnxBytes(spec: FileSpec): Uint8Array {
  const message = new ProtoWriter()
  message.int(F.MODEL.irVersion, 8).message(F.MODEL.graph, (nested) => fillGraph(nested, spec))
  fillOpset(message, F.MODEL.opsetImport, spec.opset ?? 17)
  for (const body of spec.functions ?? [])
    message.message(F.MODEL.functions, (nested) =>
      fillFunction(nested, body, spec.functionOpset ?? spec.opset ?? 17),
    )
  return Buffer.concat(message.parts().flatMap((part) => [...part.chunks()]))
}

export const onnxFile = (spec: FileSpec, siblings?: ReadonlyMap<string, Uint8Array>): MemorySource =>
  new MemorySource(onnxBytes(spec), 'net.onnx', siblings)

function fillOpset(message: ProtoWriter, field: number, version: number): void {
  message.message(field, (opset) => opset.text(F.OPSET.domain, '').int(F.OPSET.version, version))
}

function fillFunction(message: ProtoWriter, body: FunctionSpec, opset: number): void {
  message.text(F.FUNCTION.name, body.name).text(F.FUNCTION.domain, 'test')
  for (const name of body.inputs) message.text(F.FUNCTION.input, name)
  for (const name of body.outputs) message.text(F.FUNCTION.output, name)
  for (const name of body.attributes ?? []) message.text(F.FUNCTION.attribute, name)
  for (const node of body.nodes) message.message(F.FUNCTION.node, (nested) => fillNode(nested, node))
  fillOpset(message, F.FUNCTION.opsetImport, opset)
  for (const [name, fill] of Object.entries(body.defaults ?? {}))
    message.message(F.FUNCTION.attributeProto, (nested) => fill(nested.text(F.ATTRIBUTE.name, name)))
}

function fillGraph(message: ProtoWriter, spec: FileSpec): void {
  for (const node of spec.nodes ?? []) message.message(F.GRAPH.node, (nested) => fillNode(nested, node))
  message.text(F.GRAPH.name, 'g')
  for (const one of spec.initializers ?? [])
    message.message(F.GRAPH.initializer, (nested) => fillTensor(nested, one))
  for (const port of spec.inputs ?? []) message.message(F.GRAPH.input, (nested) => fillPort(nested, port))
  for (const port of spec.outputs ?? []) message.message(F.GRAPH.output, (nested) => fillPort(nested, port))
}

function fillNode(message: ProtoWriter, node: NodeSpec): void {
  for (const name of node.inputs ?? []) message.text(F.NODE.input, name)
  for (const name of node.outputs ?? []) message.text(F.NODE.output, name)
  message.text(F.NODE.name, node.name ?? '').text(F.NODE.opType, node.op)
  for (const [name, fill] of Object.entries(node.attributes ?? {}))
    message.message(F.NODE.attribute, (nested) => fill(nested.text(F.ATTRIBUTE.name, name)))
  if (node.domain !== undefined) message.text(F.NODE.domain, node.domain)
}

function fillTensor(message: ProtoWriter, { name, type = 1, dims = [], data }: TensorSpec): void {
  message.ints(F.TENSOR.dims, dims).int(F.TENSOR.dataType, type).text(F.TENSOR.name, name)
  if (data) data(message)
  else message.floats(F.TENSOR.floatData, Array(dims.reduce((a, b) => a * b, 1)).fill(0))
}

function fillPort(message: ProtoWriter, { name, type = 1, dims }: PortSpec): void {
  message.text(F.VALUE_INFO.name, name)
  message.message(F.VALUE_INFO.type, (typeMessage) =>
    typeMessage.message(F.TYPE.tensor, (nested) => {
      nested.int(F.TENSOR_TYPE.elementType, type)
      if (dims) nested.message(F.TENSOR_TYPE.shape, (shape) => fillDims(shape, dims))
    }),
  )
}

function fillDims(message: ProtoWriter, dims: readonly (number | string | undefined)[]): void {
  for (const dim of dims)
    message.message(F.SHAPE.dim, (nested) => {
      if (typeof dim === 'number') nested.int(F.DIMENSION.value, dim)
      else if (dim !== undefined) nested.text(F.DIMENSION.param, dim)
    })
}
