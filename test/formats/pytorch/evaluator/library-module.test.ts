import { expect, it } from 'vitest'
import { libraryModule } from '../../../../src/formats/pytorch/evaluator/dialects/library-module.ts'
import { Evaluation } from '../../../../src/formats/pytorch/frontends/evaluation.ts'

const TEXT = `
class Used:
    base = Below


class Below:
    pass


class Broken(:
    pass
`

it('a definition of the library is parsed when it is first looked up, by a model or by another definition', () => {
  const evaluation = new Evaluation()
  evaluation.run(() => {
    const module = libraryModule(evaluation.interpreter, 'lazy', TEXT, () => ({ kind: 'none' }))
    const used = module.get('Used')
    expect(used?.kind === 'class' && used.attributes.get('base')).toBe(module.get('Below'))
    expect(module.get('Absent')).toBeUndefined()
    expect(() => module.get('Broken')).toThrow('lazy.py#Broken:3')
  })
})
