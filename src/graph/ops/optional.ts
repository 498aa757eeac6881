import type { InferenceContext } from '../inference/context.ts'
import { tensorInfo } from '../inference/output-info.ts'
import type { ValueType } from '../value-type.ts'
import { operator } from './schema.ts'

/** Values that may be absent. */
export const optional = {
  /** An absent one names its type in an attribute that the graph does not carry, and is refused. */
  optional: operator({
    op: 'Optional',
    since: 15,
    inputs: ['input?'],
    outputs: ['output'],
    attributes: {},
    anyRank: true,
    infer: (context) => [{ type: { kind: 'optional', element: typeOf(context) } }],
  }),
  optionalGetElement: operator({
    op: 'OptionalGetElement',
    since: 18,
    inputs: ['input'],
    outputs: ['output'],
    attributes: {},
    anyRank: true,
    infer: (context) => {
      const type = typeOf(context)
      return [{ type: type.kind === 'optional' ? type.element : type }]
    },
  }),
  optionalHasElement: operator({
    op: 'OptionalHasElement',
    since: 18,
    inputs: ['input?'],
    outputs: ['output'],
    attributes: {},
    anyRank: true,
    infer: (context) => {
      const kind = context.inputs[0]?.type?.kind
      const known = kind === undefined ? [0] : kind === 'optional' ? undefined : [1]
      return [tensorInfo('bool', [], known)]
    },
  }),
} as const

const typeOf = (context: InferenceContext): ValueType =>
  context.inputs[0]?.type ?? context.fail('its input is missing')
