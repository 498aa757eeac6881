/**
 * Does `work` on one item at a time. Items that arrive meanwhile replace each other: only the newest is taken next, so a
 * slow reader never falls behind a fast pen. An error of `work` is passed to `onError`, and the next item is taken.
 */
export function newestOnly<Item>(
  work: (item: Item) => Promise<void>,
  onError: (error: unknown) => void,
): (item: Item) => void {
  let waiting: { item: Item } | undefined
  let busy = false

  const drain = async () => {
    busy = true
    while (waiting) {
      const { item } = waiting
      waiting = undefined
      await work(item).catch(onError)
    }
    busy = false
  }

  return (item) => {
    waiting = { item }
    if (!busy) void drain()
  }
}
