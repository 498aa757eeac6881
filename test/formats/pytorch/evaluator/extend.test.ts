import { expect, it } from 'vitest'
import { runPython } from './run-python.ts'

it.each([
  ['y = [1]\ny.extend(2 * y[-1] for _ in range(3))\nresult = y\n', '[1, 2, 4, 8]'],
  ['y = [1, 2]\ny.extend(y)\nresult = y\n', '[1, 2, 1, 2]'],
  ['y = [1]\ny += (2 * y[-1] for _ in range(3))\nresult = y\n', '[1, 2, 4, 8]'],
])('a list is extended item by item, as in Python', (text, repr) => {
  expect(runPython(text)).toBe(repr)
})
