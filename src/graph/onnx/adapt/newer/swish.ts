import { number } from '../../../build/composites/index.ts'
import type { Adapter } from '../adapter.ts'

/** Opset 24: x · sigmoid(αx) */
export const swish: Adapter = {
  op: 'Swish',
  below: Number.POSITIVE_INFINITY,
  adapt: ({ builder: b, node }) => {
    const x = node.input(0)
    const alpha = node.attribute('alpha', 'float') ?? 1
    return [b.mul(x, b.sigmoid(alpha === 1 ? x : b.mul(x, number(b, x.dtype, alpha))))]
  },
}
