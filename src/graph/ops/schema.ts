import type { AttributeKind } from '../attribute.ts'
import type { InferenceContext } from '../inference/context.ts'
import type { OutputInfo } from '../inference/output-info.ts'

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
