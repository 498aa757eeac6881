import type { ProtoField } from '../wire/message.ts'
import type { Integer } from '../wire/numbers.ts'

/** Messages of a file as they lie there, before names are resolved. Tensor data stays where it is. */
export interface ModelProto {
  irVersion: number
  graph: GraphProto | undefined
  /** Domain → version, '' being ai.onnx. */
  opsets: Map<string, number>
  metadata: Map<string, string>
  functions: FunctionProto[]
}

export interface GraphProto {
  name: string
  nodes: NodeProto[]
  initializers: TensorProto[]
  inputs: ValueInfoProto[]
  outputs: ValueInfoProto[]
  valueInfos: ValueInfoProto[]
}

export interface FunctionProto {
  name: string
  domain: string
  overload: string
  inputs: string[]
  outputs: string[]
  /** Attributes without a default. */
  attributes: string[]
  /** Attributes with one. */
  defaults: AttributeProto[]
  nodes: NodeProto[]
  opsets: Map<string, number>
  valueInfos: ValueInfoProto[]
}

export interface NodeProto {
  op: string
  domain: string
  overload: string
  name: string
  inputs: string[]
  outputs: string[]
  attributes: AttributeProto[]
}

export interface AttributeProto {
  name: string
  /** AttributeProto.AttributeType; 0 in files of IR version 1, where the field that is set tells. */
  type: number
  /** In a function's body: the attribute of the call whose value this one takes. */
  refName: string
  f: number
  i: Integer
  s: ProtoField | undefined
  t: TensorProto | undefined
  g: GraphProto | undefined
  floats: number[]
  ints: Integer[]
  strings: ProtoField[]
  graphs: GraphProto[]
}

export interface TensorProto {
  name: string
  dataType: number
  dims: number[]
  raw: ProtoField | undefined
  /** Repeated fields of typed data, by field number, as they lie in the file. */
  typed: Map<number, ProtoField[]>
  external: Map<string, string> | undefined
  segmented: boolean
}

export interface ValueInfoProto {
  name: string
  type: TypeProto | undefined
}

export type TypeProto =
  | { kind: 'tensor'; elementType: number; dims: DimensionProto[] | undefined }
  | { kind: 'sequence' | 'optional'; element: TypeProto | undefined }
  | { kind: 'map' | 'sparse' }

/** A size, a name, or neither: unknown. */
export type DimensionProto = number | string | undefined
