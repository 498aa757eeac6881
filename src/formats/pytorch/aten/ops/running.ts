import { float, int, ListValue, type PyValue } from '../../evaluator/values/index.ts'
import type { Evaluate, OperatorTable } from '../operator.ts'

/**
 * log Σ exp of all elements up to each. Every prefix has a maximum of its own, without which small terms would vanish: so each is
 * a row of its own, of which the later elements are hidden.
 */
const logCumulativeSumExp: Evaluate = (c, args) => {
  const self = args.tensor('self')
  if (self.rank === 0) return self.detached()
  const axis = c.axis(args.number('dim'), self.rank)
  const call = (name: string, ...values: readonly PyValue[]): PyValue => c.interpreter.operator(name, values)
  const rows = call('unsqueeze', call('movedim', self, int(axis), int(-1)), int(-2))
  const positions = call('arange', int(self.dims[axis] ?? 1))
  const isLater = call('gt', call('unsqueeze', positions, int(0)), call('unsqueeze', positions, int(1)))
  const hidden = call('where', isLater, float(Number.NEGATIVE_INFINITY), rows)
  return call('movedim', call('logsumexp', hidden, new ListValue([int(-1)])), int(-1), int(axis))
}

/** Reductions of every prefix. */
export const RUNNING: OperatorTable = { logcumsumexp: logCumulativeSumExp }
