import { ModelError } from '../../../../errors/index.ts'
import { composites, tensorType } from '../../../../graph/index.ts'
import { named } from '../builtins/arguments.ts'
import { initialiseModule, stateOf } from '../classes/module-members.ts'
import { pythonError } from '../python-error.ts'
import {
  bool,
  int,
  ListValue,
  type NativeFunction,
  NONE,
  native,
  type PyValue,
  str,
  TensorHandle,
  tuple,
} from '../values/index.ts'
import { LOADING_PRIMITIVES } from './loading-primitives.ts'

/** `nn.Parameter(data)`: the tensor itself, marked. */
const parameter: PyValue = {
  kind: 'type',
  name: 'Parameter',
  args: [],
  call: (_, args) => {
    const { data, requires_grad } = named('Parameter', ['data?', 'requires_grad?'], args)
    if (data?.kind === 'opaque') return data
    const tensor = !data || data.kind === 'none' ? emptyTensor() : data
    if (tensor.kind !== 'tensor') throw pythonError('TypeError', 'nn.Parameter needs a tensor')
    const made = tensor.detached()
    made.isParameter = true
    made.requiresGrad = requires_grad?.kind === 'bool' ? requires_grad.value : true
    return made
  },
}

function emptyTensor(): PyValue {
  return new TensorHandle({
    type: tensorType('float32', [0]),
    make: () => {
      throw pythonError('RuntimeError', 'an empty parameter is read')
    },
  })
}

/** `nn.Buffer(data, persistent=True)`: a tensor that a module registers when it is assigned. */
const buffer: PyValue = {
  kind: 'type',
  name: 'Buffer',
  args: [],
  call: (_, { positional: [data, persistent], keyword }) => {
    if (data?.kind !== 'tensor') throw pythonError('TypeError', 'nn.Buffer needs a tensor')
    const made = data.detached()
    const kept = keyword.get('persistent') ?? persistent
    made.buffer = kept?.kind === 'bool' && !kept.value ? 'transient' : 'persistent'
    return made
  },
}

/** @throws ModelError UNSUPPORTED_CONSTRUCT: what `name` is, and why it is not converted. */
const refuse: NativeFunction['call'] = (i, { positional: [name = NONE, why = NONE] }) => {
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `The model calls ${i.text(name)}, which is not converted`,
    why: i.text(why),
    next: 'Leave it out of forward, or give the query a method= without it',
  })
}

/** How many sequences a `PackedSequence` of these `batch_sizes` holds. */
const packedBatch: NativeFunction['call'] = (i, { positional: [sizes] }) => {
  if (sizes?.kind !== 'tensor') throw pythonError('TypeError', 'batch_sizes must be a tensor')
  return int(composites.packedBatch(i.session.b, sizes.read()))
}

/** What the library's text cannot express in Python itself. Names begin with an underscore, or are types. */
export const NN_PRIMITIVES: readonly (readonly [string, PyValue])[] = [
  ['Parameter', parameter],
  ['Buffer', buffer],
  ['_refuse', native('_refuse', refuse)],
  [
    '_of_any_shape',
    native('_of_any_shape', (_, { positional: [value = NONE] }) => {
      if (value.kind === 'tensor') value.isOfAnyShape = true
      return value
    }),
  ],
  [
    '_initialise_module',
    native('_initialise_module', (_, { positional: [self] }) => {
      if (self?.kind === 'instance') initialiseModule(self)
      return NONE
    }),
  ],
  ...LOADING_PRIMITIVES,
  [
    '_is_ordered',
    native('_is_ordered', (_, { positional: [value] }) => bool(value?.kind === 'dict' && value.isOrdered)),
  ],
  ['_packed_batch', native('_packed_batch', packedBatch)],
  [
    '_state_of',
    native('_state_of', (_, { positional: [self] }) => {
      const state = self?.kind === 'instance' ? stateOf(self) : []
      return new ListValue(state.map(({ name, value }) => tuple([str(name), value])))
    }),
  ],
]
