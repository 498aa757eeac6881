import { isModule, ownStateOf } from '../classes/module-members.ts'
import { pythonError } from '../python-error.ts'
import {
  bool,
  DictValue,
  dictItems,
  type InstanceValue,
  type ListValue,
  type NativeFunction,
  NONE,
  native,
  type PyValue,
  str,
  typeName,
} from '../values/index.ts'
import { isCounter, type WeightLoading } from '../weight-loading.ts'

/** Where `nn.Module` keeps what `get_extra_state` gave. */
const EXTRA_STATE = '_extra_state'

/** The arguments of `_load_from_state_dict`, behind the module and the metadata. */
interface Loading {
  readonly module: InstanceValue
  readonly weights: DictValue
  readonly prefix: string
  readonly missing: ListValue
  readonly unexpected: ListValue
  readonly messages: ListValue
}

function loadingOf([module, weights, prefix, missing, unexpected, messages]: readonly PyValue[]): Loading {
  const held = dictItems(weights)
  if (!module || !isModule(module)) throw pythonError('TypeError', 'a module is needed')
  if (!held) throw pythonError('TypeError', 'Expected state_dict to be dict-like')
  if (prefix?.kind !== 'str') throw pythonError('TypeError', 'prefix must be a string')
  return {
    module,
    weights: held,
    prefix: prefix.value,
    missing: listOf(missing),
    unexpected: listOf(unexpected),
    messages: listOf(messages),
  }
}

function listOf(value: PyValue | undefined): ListValue {
  if (value?.kind === 'list') return value
  throw pythonError('TypeError', `a list is needed, not ${value ? typeName(value) : 'nothing'}`)
}

/** `Module._load_from_state_dict` behind its hooks: fills one module's own parameters and buffers. */
const fillOwn: NativeFunction['call'] = (i, { positional: [strict = NONE, assign = NONE, ...rest] }) => {
  const loading = loadingOf(rest)
  const files = i.session.loading
  if (!files) return NONE
  i.session.budget.entries(loading.weights.size)
  const own = new Set<string>()
  for (const { name, value } of ownStateOf(loading.module)) {
    own.add(name)
    fill(files, loading, name, value, i.truth(strict), i.truth(assign))
  }
  if (i.truth(strict)) noteUnexpected(loading, own)
  return NONE
}

function fill(
  files: WeightLoading,
  { weights, prefix, missing, messages }: Loading,
  name: string,
  into: Extract<PyValue, { kind: 'tensor' }>,
  isStrict: boolean,
  isAssigned: boolean,
): void {
  const key = prefix + name
  const from = weights.getText(key)
  if (from?.kind === 'tensor') {
    const message = files.copy(into, from, key, isAssigned)
    if (message !== undefined) messages.items.push(str(message))
  } else if (from) {
    messages.items.push(
      str(
        `While copying the parameter named "${key}", expected torch.Tensor or Tensor-like object from checkpoint but received ${typeName(from)}`,
      ),
    )
  } else if (isStrict && !isCounter(key)) missing.items.push(str(key))
}

/** Keys that are neither this module's own nor below one of its children, whose own loading looks at them. */
function noteUnexpected({ module, weights, prefix, unexpected }: Loading, own: ReadonlySet<string>): void {
  const children = module.attributes.get('_modules')
  for (const key of weights.keys()) {
    if (key.kind !== 'str' || !key.value.startsWith(prefix)) continue
    const name = key.value.slice(prefix.length)
    const dot = name.indexOf('.')
    const isKnown =
      dot < 0
        ? own.has(name) || (name === EXTRA_STATE && module.class.lookup('set_extra_state') !== undefined)
        : children?.kind === 'dict' && children.has(str(name.slice(0, dot)))
    if (!isKnown && !isCounter(key.value)) unexpected.items.push(key)
  }
}

/** The entries of a state dict whose names begin with a child's prefix, as a dict of the child's own. */
const entriesBelow: NativeFunction['call'] = (i, { positional: [weights, prefix] }) => {
  const held = dictItems(weights)
  if (!held || prefix?.kind !== 'str') throw pythonError('TypeError', 'a state dict and a prefix are needed')
  i.session.budget.entries(held.size)
  return new DictValue(
    held.entries().filter(([key]) => key.kind === 'str' && key.value.startsWith(prefix.value)),
  )
}

const mismatch: NativeFunction['call'] = (i, { positional: lists }) => {
  const [missing = [], unexpected = [], messages = []] = lists.map((list) =>
    i.iterate(list).map((item) => i.text(item)),
  )
  if (!i.session.loading) throw pythonError('RuntimeError', messages.join('\n'))
  throw i.session.loading.mismatch({ missing, unexpected, messages })
}

/** What `load_state_dict` of the library's text cannot express in Python itself. */
export const LOADING_PRIMITIVES: readonly (readonly [string, PyValue])[] = [
  ['_is_loading', native('_is_loading', (i) => bool(i.session.loading !== undefined))],
  ['_fill_own', native('_fill_own', fillOwn)],
  ['_entries_below', native('_entries_below', entriesBelow)],
  ['_raise_mismatch', native('_raise_mismatch', mismatch)],
]
