import { readFileSync } from 'node:fs'
import type { DType } from '../../../../src/graph/index.ts'
import type { Written } from '../../../support/evaluate.ts'

interface Recorded {
  readonly torch: string
  readonly cases: Readonly<
    Record<string, { readonly inputs: readonly Written[]; readonly outputs: readonly Written[] }>
  >
  readonly promotion: readonly (readonly [readonly [DType, number], readonly [string, number?], DType])[]
}

const path = new URL('../../../../fixtures/composites/torch.json', import.meta.url)

/** What PyTorch gave: fixtures/composites/recipe.py. */
export const recorded: Recorded = JSON.parse(readFileSync(path, 'utf8'))
