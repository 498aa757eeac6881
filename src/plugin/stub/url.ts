import type { ConvertResult } from '../../convert/index.ts'
import type { ReferTo } from './reference.ts'

/** `?as=url`: the URL of the model file, as the host serves it. */
export function urlStub({ assets }: ConvertResult, referTo: ReferTo): string {
  const model = assets.find(({ role }) => role === 'model')
  const { statement, expression } = model
    ? referTo(model.path, 'url')
    : { statement: '', expression: 'undefined' }
  return [...(statement === '' ? [] : [statement]), `export default ${expression}`, ''].join('\n')
}
