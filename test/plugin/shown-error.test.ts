import { expect, it } from 'vitest'
import { ModelError } from '../../src/errors/index.ts'
import { shownError } from '../../src/plugin/shown-error.ts'

const id = { path: '/app/src/net.pth', query: 'quant=int8' }
const message = (error: unknown): string => (error instanceof Error ? error.message : '')

it('names the model of an error that does not', () => {
  const error = new ModelError('UNSUPPORTED_OPERATOR', {
    what: 'An operator has no conversion: torch.linalg.svd',
  })
  expect(message(shownError(error, id))).toBe(
    '[UNSUPPORTED_OPERATOR] net.pth?quant=int8: An operator has no conversion: torch.linalg.svd.',
  )
})

it('names the import where the call is wrong, and leaves a place in the model', () => {
  const importedAt = { file: 'src/main.ts', line: 3 }
  const missing = new ModelError('FILE_NOT_FOUND', { what: 'src/net.pth does not exist' })
  expect(message(shownError(missing, id, importedAt))).toBe(
    '[FILE_NOT_FOUND] src/net.pth does not exist (src/main.ts:3).',
  )
  const where = { file: 'model.py', line: 9 }
  const branch = new ModelError('UNSUPPORTED_CONSTRUCT', { what: 'A branch on data', where })
  expect(message(shownError(branch, id, importedAt))).toContain('A branch on data (model.py:9)')
})

it('leaves one that names it already, and a bug of ours, as they are', () => {
  const error = new ModelError('EMPTY_FILE', { what: 'src/net.pth holds no bytes' })
  expect(message(shownError(error, id))).toBe('[EMPTY_FILE] src/net.pth holds no bytes.')
  const bug = new ModelError('INTERNAL', { what: 'A bug' })
  expect(shownError(bug, id)).toBe(bug)
})
