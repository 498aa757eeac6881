import type { ListValue, PyValue } from '../values/index.ts'
import type { Interpreter } from './interpreter.ts'

/** `list.extend(values)`, `list += values`: what makes the next item may read the list that the last one was put to. */
export function extendList(i: Interpreter, list: ListValue, values: PyValue): void {
  if (values.kind === 'iterator') {
    for (const item of i.items(values)) list.extend([item])
    return
  }
  const items = i.iterate(values)
  i.session.budget.step(items.length)
  list.extend(items)
}
