import type { Tensor } from '../../../graph/index.ts'
import type { StateDict } from '../container/index.ts'
import type { Session } from '../evaluator/session.ts'

/** Sets of weights named in a message; a file seldom has more. */
const MAX_LISTED = 6

/** Notes which of several sets of weights was taken, where the request names none and others fit the model as well. */
export function noteOtherWeights(session: Session, { tensors, path, others }: StateDict): void {
  const fitting = [...others].flatMap(([name, read]) => (haveSameDims(tensors, read()) ? [name] : []))
  const [first] = fitting
  if (first === undefined) return
  const holds = fitting.length === 1 ? 'holds' : 'hold'
  session.assume(`Weights of ${path.join('.')}; ${listed(fitting)} ${holds} such too: weights=${first}`)
}

/**
 * Where weights do not fit, what else the file has: ``The file holds netG_A2B, netG_B2A: weights=netG_A2B``. Undefined when
 * there is one set.
 *
 * @param wanted Names of the model's weights.
 */
export function otherWeights({ path, others }: StateDict, wanted: ReadonlySet<string>): string | undefined {
  const names = [...others.keys()]
  const fitting = [...others].find(([, read]) => [...wanted].every((name) => read().has(name)))?.[0]
  const choice = fitting ?? names[0]
  if (choice === undefined) return undefined
  const taken = path.length > 0 ? [path.join('.')] : []
  return `The file holds ${listed([...taken, ...names])}: weights=${choice}`
}

function haveSameDims(a: ReadonlyMap<string, Tensor>, b: ReadonlyMap<string, Tensor>): boolean {
  const sameDims = ([name, { dims }]: readonly [string, Tensor]): boolean =>
    b.get(name)?.dims.join() === dims.join()
  return a.size === b.size && [...a].every(sameDims)
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).join(', ')
  return names.length > MAX_LISTED ? `${shown} and ${names.length - MAX_LISTED} more` : shown
}
