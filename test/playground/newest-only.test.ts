import { expect, it } from 'vitest'
import { newestOnly } from '../../playground/src/reading/newest-only.ts'

/** Work that ends when the test says so. */
function controlled() {
  const begun: number[] = []
  const ends: ((error?: Error) => void)[] = []
  const work = (item: number) => {
    begun.push(item)
    return new Promise<void>((resolve, reject) => {
      ends.push((error) => (error ? reject(error) : resolve()))
    })
  }
  const settle = () => new Promise((resolve) => setTimeout(resolve))
  const end = (index: number, error?: Error) => {
    ends[index]?.(error)
    return settle()
  }
  return { begun, work, end }
}

it('works on one item at a time and skips those that newer ones replaced', async () => {
  const { begun, work, end } = controlled()
  const submit = newestOnly(work, () => {})
  for (const item of [1, 2, 3, 4]) submit(item)
  expect(begun).toEqual([1])
  await end(0)
  expect(begun).toEqual([1, 4])
  await end(1)
  submit(5)
  expect(begun).toEqual([1, 4, 5])
})

it('reports an error and takes the next item', async () => {
  const { begun, work, end } = controlled()
  const errors: unknown[] = []
  const submit = newestOnly(work, (error) => errors.push(error))
  submit(1)
  submit(2)
  await end(0, new Error('lost'))
  expect(errors).toEqual([new Error('lost')])
  expect(begun).toEqual([1, 2])
})
