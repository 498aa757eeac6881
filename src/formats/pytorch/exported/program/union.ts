import type { Fields } from '../json/fields.ts'

/** One alternative of a union: `{"as_tensor": {"name": "x"}}`. */
export interface Alternative {
  readonly tag: string
  /** What holds the alternative, as a member of that name. */
  readonly holder: Fields
  readonly member: string
}

/** A union has one member that is not null. The first files wrote `{"$type": "as_tensor", "$value": …}`. */
export function alternativeOf(union: Fields): Alternative {
  if (union.has('$type')) return { tag: union.string('$type'), holder: union, member: '$value' }
  const [tag, second] = union.keys.filter((key) => union.has(key))
  if (tag === undefined || second !== undefined) union.fail('is not one of several things')
  return { tag, holder: union, member: tag }
}
