import { ModelError } from '../../../errors/index.ts'
import type { StateDict } from '../container/index.ts'

/** Classes named in an error. */
const MAX_LISTED = 6

/** What a file without a program tells of its architecture. */
export interface WeightsOrigin {
  readonly weights: StateDict
  /** Classes whose Python source the file embeds, by qualified name. */
  readonly sources: readonly string[]
}

/** How the architecture is asked for: by what the file holds of it. */
export function needsArchitecture(file: string, origin: WeightsOrigin): ModelError {
  const root = rootClass(origin)
  const source = root === undefined ? 'of the model' : `that defines ${root}`
  return new ModelError('NEEDS_ARCHITECTURE', {
    what: `${file} holds ${root === undefined ? 'weights' : `a whole pickled model of class ${root},`} and no architecture`,
    why: root === undefined ? WHY_BARE : whyPickled(origin.sources),
    next: `Put the Python source ${source} beside it and add ${queryFor(root)}, or save the model with torch.jit.trace`,
  })
}

const WHY_BARE = 'torch.save(model.state_dict()) keeps names and numbers, not what is computed with them'

function whyPickled(sources: readonly string[]): string {
  const own = sources.filter((name) => !name.startsWith('torch.'))
  if (own.length === 0)
    return 'torch.save(model) keeps the weights and the names of classes, not their source'
  const more = own.length > MAX_LISTED ? ` and ${own.length - MAX_LISTED} more` : ''
  return `torch.save(model) keeps the weights and the names of classes; the text of ${own.slice(0, MAX_LISTED).join(', ')}${more} is in it too, but not what these import`
}

const rootClass = ({ weights }: WeightsOrigin): string | undefined => weights.classes?.get('')

/** `vdsr.Net` → `?arch=./vdsr.py&class=Net`. */
function queryFor(root: string | undefined): string {
  const [name = 'Net', module = '__main__'] = (root ?? '').split('.').reverse()
  return `?arch=./${module === '__main__' ? 'model' : module}.py&class=${name || 'Net'}`
}
