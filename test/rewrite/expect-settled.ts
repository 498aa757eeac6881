import { expect } from 'vitest'
import type { Model } from '../../src/graph/index.ts'
import type { RewriteLevel } from '../../src/rewrite/index.ts'
import { PASSES } from '../../src/rewrite/passes/index.ts'
import { TARGETS } from '../../src/targets/index.ts'

/** No pass would change anything more: neither one that was run last, nor one that was not because its operators are absent. */
export function expectSettled(model: Model, level: RewriteLevel): void {
  for (const pass of PASSES) {
    if (level === 'basic' && pass.level === 'all') continue
    const changes = Object.values(pass.run(model, { target: TARGETS.wasm }))
    expect(
      changes.every((count) => count === 0),
      `${pass.name} finds more to do`,
    ).toBe(true)
  }
}
