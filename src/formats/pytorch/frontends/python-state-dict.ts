import type { StateDict } from '../container/index.ts'
import { childrenOf } from '../evaluator/classes/module-members.ts'
import { orderedDict } from '../evaluator/library/collections.ts'
import { DictValue, type InstanceValue, type PyValue, str } from '../evaluator/values/index.ts'
import { plainValueOf } from './recorded-values.ts'
import type { WeightLoader } from './weight-loader.ts'

/**
 * A state dict as `load_state_dict` takes it: an OrderedDict of tensors, whose `_metadata` has each module's version. That
 * of a whole pickled model is what its `state_dict()` would give.
 */
export function pythonStateDict(model: InstanceValue, weights: StateDict, loader: WeightLoader): DictValue {
  const made = orderedDict(
    [...weights.tensors].map(([name, tensor]): [PyValue, PyValue] => [
      str(name),
      loader.handleOf(tensor, name),
    ]),
  )
  const metadata = weights.classes ? versionsOf(model, weights.settings) : metadataOf(weights.metadata)
  if (metadata) made.attributes?.set('_metadata', metadata)
  return made
}

function metadataOf(recorded: StateDict['metadata']): DictValue | undefined {
  if (recorded.size === 0) return undefined
  return orderedDict(
    [...recorded].map(([path, own]): [PyValue, PyValue] => [
      str(path),
      new DictValue(
        [...own].flatMap(([key, value]) => {
          const plain = plainValueOf(value)
          return plain ? [[str(key), plain] as const] : []
        }),
      ),
    ]),
  )
}

/** `_version` of every part: the pickled object's own, or its class's in the source. */
function versionsOf(model: InstanceValue, settings: StateDict['settings']): DictValue {
  const versions = orderedDict([])
  const visit = (part: InstanceValue, path: string): void => {
    const own = settings.get(path)?.get('_version')
    const version =
      (own && plainValueOf(own)) ?? part.attributes.get('_version') ?? part.class.lookup('_version')
    versions.setText(path, new DictValue(version ? [[str('version'), version]] : []))
    for (const { name, child } of childrenOf(part)) visit(child, path === '' ? name : `${path}.${name}`)
  }
  visit(model, '')
  return versions
}
