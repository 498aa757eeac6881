import type { AttributeKind } from '../attribute.ts'
import type { InferenceContext } from '../inference/context.ts'
import type { OutputInfo } from '../inference/output-info.ts'
import { sameAsFirst } from '../inference/shared.ts'

/**
 * What an ONNX operator takes and gives, and how its result types follow: one declaration serves the builder, the
 * reader, verification and inference.
 *
 * Input and output names are those of the ONNX specification, with a mark:
 * `X` required, `B?` optional, `inputs...` any number (last one only).
 * Attribute kinds likewise: `ints` optional, `int!` required.
 */
export interface OperatorSchema {
  /** Operator name, as in ONNX. */
  readonly op: string
  /** '' (ai.onnx) when absent. */
  readonly domain?: string
  /** Opset version that this declaration describes: the newest one at or below the canonical opset. */
  readonly since: number
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: { readonly [name: string]: AttributeKind | `${AttributeKind}!` }
  /** True when equal inputs may give different outputs (random operators): never folded or merged. */
  readonly impure?: boolean
  /** True when results can be told from an input of unknown rank; others wait until the rank is known. */
  readonly anyRank?: boolean
  /** Inputs whose rank has to be known for results to be told; all of them when absent. */
  readonly ranked?: readonly number[]
  /** Types (and known integers) of all outputs. @throws ModelError INVALID_NODE when the inputs do not fit. */
  readonly infer: (context: InferenceContext) => readonly OutputInfo[]
}

/**
 * Declares an operator; the literal types of names and attributes become the builder's method signature.
 *
 * @example
 * export const relu = operator({ op: 'Relu', since: 14, inputs: ['X'], outputs: ['Y'], attributes: {}, infer: sameAsFirst })
 */
export const operator = <const S extends OperatorSchema>(schema: S): S => schema

type AttributeKinds = OperatorSchema['attributes']
type Infer = OperatorSchema['infer']

/** Declares an operator of one input and one output that keeps the dtype and dims, unless `infer` says otherwise. */
export const unary = <const Op extends string, const A extends AttributeKinds>(
  op: Op,
  since: number,
  [input, output]: readonly [input: string, output: string],
  attributes: A,
  infer: Infer = sameAsFirst,
) => operator({ op, since, inputs: [input], outputs: [output], attributes, anyRank: true, infer })

/** Declares an operator of two inputs that broadcast. */
export const binary = <const Op extends string, const A extends AttributeKinds>(
  op: Op,
  since: number,
  attributes: A,
  infer: Infer,
  [a, b, output]: readonly [a: string, b: string, output: string] = ['A', 'B', 'C'],
) => operator({ op, since, inputs: [a, b], outputs: [output], attributes, anyRank: true, infer })
