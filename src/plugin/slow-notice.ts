/** A conversion that takes longer is announced: a build or a page that stands still without a word looks broken. */
const PATIENCE_MS = 2000

/** Calls `tell` once if the work is not done by then. */
export async function noticeWhenSlow<T>(work: Promise<T>, tell: () => void): Promise<T> {
  const timer = setTimeout(tell, PATIENCE_MS)
  try {
    return await work
  } finally {
    clearTimeout(timer)
  }
}
