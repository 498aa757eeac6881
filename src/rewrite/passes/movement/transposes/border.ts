import type { Node, Value } from '../../../../graph/index.ts'
import { composed, isIdentity, permOf } from './perm.ts'
import type { Layouts, Region } from './regions.ts'

/** Who reads a value of a region. */
export interface Border {
  /** Nodes of the region. */
  inside: number
  /** Transposes outside of it. */
  readonly turned: readonly Node[]
  /** Other nodes outside of it, and graphs that return it. */
  others: number
}

export function borderOf(value: Value, region: Region, layouts: Layouts): Border {
  const turned: Node[] = []
  let [inside, others] = [0, value.outputOf.length]
  for (const user of value.users) {
    if (region.moves.has(user)) inside++
    else if (isTurning(user, value, region, layouts)) turned.push(user)
    else others++
  }
  return { inside, turned, others }
}

/** One whose result the region itself takes has to stay. */
const isTurning = (user: Node, value: Value, region: Region, layouts: Layouts): boolean =>
  user.op === 'Transpose' &&
  user.domain === '' &&
  user.graph === value.producer?.graph &&
  layouts.get(user.output)?.region !== region

/** Whether a Transpose of a value in that layout gives what is stored. */
export function undoes(turning: Node, layout: readonly number[]): boolean {
  const perm = permOf(turning)
  return perm !== undefined && isIdentity(composed(layout, perm))
}
