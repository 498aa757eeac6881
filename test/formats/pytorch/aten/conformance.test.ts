import { beforeAll, describe, expect, it } from 'vitest'
import { EXCEPTIONS } from './exceptions.ts'
import { type Form, GROUPS } from './recorded-cases.ts'
import { verdictsOf } from './verdicts.ts'

const FORMS: readonly Form[] = ['script', 'trace']

const ARCHIVES = GROUPS.flatMap((group) =>
  FORMS.map((form) => [`${group.name} (${form})`, group, form] as const),
)

describe.each(ARCHIVES)(
  '%s: dtype, dims and contents are those of torch, at three sizes',
  (_, group, form) => {
    let verdicts: ReadonlyMap<string, string>

    beforeAll(async () => {
      verdicts = await verdictsOf(group, form)
    })

    const cases = group.cases.flatMap(({ source, [form]: recorded }, index) =>
      recorded ? [[source, `m${index}`] as const] : [],
    )
    it.each(cases)('%s', (source, method) => {
      const wanted =
        EXCEPTIONS.get(`${group.name} (${form})`)?.get(source) ?? EXCEPTIONS.get(group.name)?.get(source)
      expect(verdicts.get(method)).toBe(wanted?.verdict ?? 'equal')
    })
  },
)

describe('the list of exceptions', () => {
  it('names cases that exist', () => {
    const missing = [...EXCEPTIONS].flatMap(([name, sources]) => {
      const group = GROUPS.find((candidate) => candidate.name === name.replace(/ \(.*/, ''))
      const known = new Set(group?.cases.map(({ source }) => source))
      return [...sources.keys()].filter((source) => !known.has(source)).map((source) => `${name}: ${source}`)
    })
    expect(missing).toEqual([])
  })
})
