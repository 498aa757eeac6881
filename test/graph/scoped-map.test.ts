import { describe, expect, it } from 'vitest'
import { ScopedMap } from '../../src/graph/index.ts'

describe('a scoped map', () => {
  it('finds the innermost value, and gives nothing to the scopes around it', () => {
    const outer = new ScopedMap<string, number>()
    const inner = new ScopedMap(outer)
    const sibling = new ScopedMap(outer)
    outer.set('a', 1)
    inner.set('b', 2)
    expect([inner.get('a'), inner.get('b'), sibling.get('b'), outer.get('b')]).toEqual([
      1,
      2,
      undefined,
      undefined,
    ])
    inner.set('a', 3)
    expect([inner.get('a'), outer.get('a')]).toEqual([3, 1])
  })
})
