import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type FrontEndOptions, frontEndOf, type Normalised } from '../../../../src/formats/index.ts'
import { MemorySource } from '../../../../src/graph/index.ts'
import { fixturePath } from '../../../support/samples.ts'

const DEFAULTS: FrontEndOptions = { inputs: [], guards: 'warn' }

/** A file of `fixtures/` with the files beside it. */
export function openFixture(path: string): MemorySource {
  const folder = dirname(fixturePath(path))
  const siblings = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, readFileSync(join(folder, entry.name))] as const)
  return new MemorySource(readFileSync(fixturePath(path)), path.split('/').at(-1), new Map(siblings))
}

export function convertFixture(path: string, options: Partial<FrontEndOptions> = {}): Normalised {
  const source = openFixture(path)
  return frontEndOf(source).normalise(source, { ...DEFAULTS, ...options })
}
