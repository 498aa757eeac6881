import type { Node } from '../../../../graph/index.ts'
import type { Mover } from './move.ts'
import { ALONG_AXES } from './moves/axes.ts'
import { ELEMENTWISE } from './moves/elementwise.ts'
import { CHANGING_RANK } from './moves/ranks.ts'
import { WINDOWS } from './moves/windows.ts'

/** Operators that can work on tensors whose axes are stored in another order. */
const MOVERS: ReadonlyMap<string, Mover> = new Map([
  ...ELEMENTWISE,
  ...ALONG_AXES,
  ...CHANGING_RANK,
  ...WINDOWS,
])

export const moverOf = ({ op, domain }: Node): Mover | undefined => MOVERS.get(`${domain}:${op}`)
