import type { Attribute, Builder, Value } from '../../src/graph/index.ts'

/** One way to compute a result from x. */
export type Form = (b: Builder, x: Value) => Value

export interface Fusion {
  readonly title: string
  /** Dims of x, small to large. */
  readonly sizes: readonly (readonly number[])[]
  /** As exporters write it. */
  readonly written: Form
  /** Operators that compute the same. */
  readonly as: { readonly [name: string]: Form }
}

/** A node whose result is like the first input: also of operators that have no declaration. */
export function node(
  b: Builder,
  op: string,
  inputs: readonly (Value | undefined)[],
  attributes: { readonly [name: string]: Attribute } = {},
  domain = 'com.microsoft',
): Value {
  if (domain !== '') b.model.opsets.set(domain, 1)
  return b.insert({
    op,
    domain,
    inputs,
    attributes: new Map(Object.entries(attributes)),
    outputs: [{ type: inputs[0]?.type }],
  }).output
}

export const int = (value: number): Attribute => ({ type: 'int', value })
export const float = (value: number): Attribute => ({ type: 'float', value })
export const text = (value: string): Attribute => ({ type: 'string', value })
