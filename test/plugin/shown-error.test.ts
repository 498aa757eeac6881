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

it('leaves one that names it already, and a bug of ours, as they are', () => {
  const error = new ModelError('EMPTY_FILE', { what: 'src/net.pth holds no bytes' })
  expect(message(shownError(error, id))).toBe('[EMPTY_FILE] src/net.pth holds no bytes.')
  const bug = new ModelError('INTERNAL', { what: 'A bug' })
  expect(shownError(bug, id)).toBe(bug)
})
