import { writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Form, GROUPS } from './recorded-cases.ts'
import { verdictsOf } from './verdicts.ts'

const FORMS: readonly Form[] = ['script', 'trace']
const out: string[] = []
describe.each(GROUPS.flatMap((group) => FORMS.map((form) => ({ name: group.name, form, group }))))(
  '$name, $form',
  ({ form, group }) => {
    it('x', async () => {
      const v = await verdictsOf(group, form)
      for (const [m, t] of v)
        if (t !== 'equal')
          out.push(
            `${group.name}.${form}: ${group.cases[Number(m.slice(1))]?.source} => ${t.replace(/\s+/g, ' ').slice(0, 300)}`,
          )
      out.push(
        `## ${group.name}.${form} ${v.size} equal ${[...v.values()].filter((t) => t === 'equal').length}`,
      )
      writeFileSync('/tmp/at/out.txt', out.join('\n'))
    })
  },
)
