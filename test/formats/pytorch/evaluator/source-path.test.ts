import { expect, it } from 'vitest'
import { Session } from '../../../../src/formats/pytorch/evaluator/session.ts'
import { sourcePath } from '../../../../src/formats/pytorch/evaluator/source-path.ts'
import { createBuilder, Model } from '../../../../src/graph/index.ts'

it.each([
  ['/opt/torch/lib/python3.11/site-packages/torch/nn/f.py', 'site-packages/torch/nn/f.py'],
  ['/usr/lib/python3/dist-packages/timm/layers.py', 'dist-packages/timm/layers.py'],
  ['C:\\Users\\ann\\Lib\\site-packages\\timm\\layers.py', 'site-packages\\timm\\layers.py'],
  ['/home/ann/secret-project/model.py', 'model.py'],
  ['C:\\Users\\ann\\model.py', 'model.py'],
  ['\\\\server\\ann\\model.py', 'model.py'],
  ['nets/model.py', 'nets/model.py'],
])('%s is told as %s', (path, told) => {
  expect(sourcePath(path)).toBe(told)
})

it('a guard and a warning hold no folder of the machine that the model was saved on', () => {
  const model = new Model()
  const session = new Session(
    model,
    () => createBuilder(model),
    () => ({ file: '/home/ann/model.py', line: 4 }),
  )
  session.moveTo({ file: 'code/__torch__/model.py', line: 9, column: 1 })
  session.guard({ dim: 'N', assumed: 'N >= 2', at: session.place, conditions: [], isRequired: false })
  expect([...session.guards].map(({ at }) => at)).toEqual(['model.py:4'])
  expect(session.place).toBe('model.py:4')
})
