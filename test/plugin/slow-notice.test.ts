import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { noticeWhenSlow } from '../../src/plugin/slow-notice.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const after = (ms: number) => new Promise<string>((resolve) => setTimeout(() => resolve('done'), ms))

it.each([
  [1900, 0],
  [60_000, 1],
])('work of %d ms is announced %d times', async (ms, times) => {
  const tell = vi.fn()
  const work = noticeWhenSlow(after(ms), tell)
  await vi.advanceTimersByTimeAsync(100_000)
  expect(await work).toBe('done')
  expect(tell).toHaveBeenCalledTimes(times)
})

it('work that fails fails, and is not announced later', async () => {
  const tell = vi.fn()
  await expect(noticeWhenSlow(Promise.reject(new Error('no')), tell)).rejects.toThrow('no')
  await vi.advanceTimersByTimeAsync(100_000)
  expect(tell).not.toHaveBeenCalled()
})
