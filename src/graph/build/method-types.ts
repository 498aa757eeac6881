import type { AttributeKind, AttributeValues } from '../attribute.ts'
import type { OperatorSchema } from '../ops/schema.ts'
import type { Value } from '../value.ts'

/**
 * The builder method of an operator: required inputs by position, optional inputs and attributes by name.
 *
 * `Conv` with inputs ['X', 'W', 'B?'] becomes `(X: Value, W: Value, options?: { B?: Value, strides?: number[], … }) => Value`.
 * `MaxPool` with outputs ['Y', 'Indices?'] gives Y, and [Y, Indices] under `optionalOutputs: true`.
 */
export type BuilderMethod<S extends OperatorSchema> =
  HasExtras<S['outputs']> extends true
    ? Method<S, Value, { readonly optionalOutputs?: false | undefined }> &
        Method<S, MethodResult<S['outputs']>, { readonly optionalOutputs: true }>
    : Method<S, MethodResult<S['outputs']>, Record<never, never>>

type Method<S extends OperatorSchema, Result, Extra> = (
  ...args: [...RequiredInputs<S['inputs']>, ...OptionsArgument<MethodOptions<S> & Extra>]
) => Result

/** One required output, and optional ones behind it. */
type HasExtras<Names extends readonly string[]> = Names extends readonly [
  infer First,
  `${string}?`,
  ...(readonly `${string}?`[]),
]
  ? First extends `${string}?`
    ? false
    : true
  : false

type RequiredInputs<Names extends readonly string[]> = Names extends readonly [
  infer Head,
  ...infer Tail extends readonly string[],
]
  ? Head extends `${string}?`
    ? RequiredInputs<Tail>
    : Head extends `${string}...`
      ? [inputs: readonly Value[]]
      : [input: Value, ...RequiredInputs<Tail>]
  : []

type OptionalInputs<Names extends readonly string[]> = {
  readonly [Name in Names[number] as Name extends `${infer Bare}?` ? Bare : never]?: Value | undefined
}

type AttributeOptions<A extends OperatorSchema['attributes']> = {
  readonly [Name in keyof A as A[Name] extends `${string}!` ? Name : never]: ValueOf<A[Name]>
} & {
  readonly [Name in keyof A as A[Name] extends `${string}!` ? never : Name]?: ValueOf<A[Name]> | undefined
}

type ValueOf<Kind> = Kind extends AttributeKind
  ? AttributeValues[Kind]
  : Kind extends `${infer Bare extends AttributeKind}!`
    ? AttributeValues[Bare]
    : never

/** `name` names the node and its first output. */
type MethodOptions<S extends OperatorSchema> = OptionalInputs<S['inputs']> &
  AttributeOptions<S['attributes']> & { readonly name?: string | undefined }

/** The options object may be left out when nothing in it is required. */
type OptionsArgument<Options> =
  Record<never, never> extends Options ? [options?: Options] : [options: Options]

/** One output is a Value; several are a tuple (of an LSTM all three, though each may go unused); `outputs...` is an array whose length inference decides. */
type MethodResult<Names extends readonly string[]> = Names extends readonly [infer Only]
  ? Only extends `${string}...`
    ? readonly Value[]
    : Value
  : { readonly [Index in keyof Names]: Value }
