import type { Expression, Parameter } from '../source/index.ts'

/** What an argument of `forward` is, as far as its annotation says. */
export type PortType =
  | { readonly kind: 'tensor' | 'unknown' }
  /** A Python value: fixed at conversion. */
  | { readonly kind: 'plain'; readonly type: string }
  | { readonly kind: 'list'; readonly element: PortType }
  | { readonly kind: 'tuple'; readonly elements: readonly PortType[] }
  | { readonly kind: 'dict'; readonly element: PortType }

/** An argument of the entry method. */
export interface Port {
  readonly name: string
  readonly type: PortType
  /** Whether the call may leave it out. */
  readonly isOptional: boolean
  /** One of those that `*args` or `**kwargs` takes. */
  readonly rest?: 'positional' | 'keyword' | undefined
}

/** What a call passes: all but `self`, unless `*args` takes that too. */
export const besidesSelf = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters[0]?.kind === 'star' ? parameters : parameters.slice(1)

/** The arguments that a method takes besides `self`. */
export function portsOf(parameters: readonly Parameter[]): Port[] {
  return besidesSelf(parameters).flatMap((parameter): Port[] => {
    if (parameter.kind === 'star' || parameter.kind === 'doubleStar') return []
    return [
      {
        name: parameter.name,
        type: typeOf(parameter.annotation),
        isOptional: parameter.defaultValue !== undefined,
      },
    ]
  })
}

const PLAIN = new Set(['int', 'float', 'bool', 'str', 'number', 'Device'])

function typeOf(annotation: Expression | undefined): PortType {
  const name = lastName(annotation)
  if (name === undefined) return { kind: 'unknown' }
  if (PLAIN.has(name)) return { kind: 'plain', type: name }
  if (name === 'Tensor') return { kind: 'tensor' }
  const args = typeArguments(annotation)
  switch (name) {
    case 'Optional':
      return typeOf(args[0])
    case 'List':
    case 'list':
    case 'Sequence':
      return { kind: 'list', element: typeOf(args[0]) }
    case 'Tuple':
    case 'tuple':
      return { kind: 'tuple', elements: args.map(typeOf) }
    case 'Dict':
    case 'dict':
      return { kind: 'dict', element: typeOf(args[1]) }
    default:
      return { kind: 'unknown' }
  }
}

/** `torch.Tensor` → `Tensor`, `Optional[int]` → `Optional`. */
function lastName(annotation: Expression | undefined): string | undefined {
  switch (annotation?.kind) {
    case 'Name':
      return annotation.id
    case 'Attribute':
      return annotation.name
    case 'Subscript':
      return lastName(annotation.object)
    case 'Str':
      return annotation.value.split('.').at(-1)
    default:
      return undefined
  }
}

function typeArguments(annotation: Expression | undefined): readonly Expression[] {
  if (annotation?.kind !== 'Subscript') return []
  return annotation.index.kind === 'Tuple' ? annotation.index.items : [annotation.index]
}
