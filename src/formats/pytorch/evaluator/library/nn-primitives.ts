import { tensorType } from '../../../../graph/index.ts'
import { initialiseModule, stateOf } from '../interpreter/module-members.ts'
import { pythonError } from '../python-error.ts'
import { ListValue, NONE, native, type PyValue, str, TensorHandle, tuple } from '../values/index.ts'

/** `nn.Parameter(data)`: the tensor itself, marked. */
const parameter: PyValue = {
  kind: 'type',
  name: 'Parameter',
  args: [],
  call: (_, { positional: [data] }) => {
    if (data?.kind === 'opaque') return data
    const tensor = data ?? emptyTensor()
    if (tensor.kind !== 'tensor') throw pythonError('TypeError', 'nn.Parameter needs a tensor')
    const made = tensor.detached()
    made.isParameter = true
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

/** What the library's text cannot express in Python itself. Names begin with an underscore, or are types. */
export const NN_PRIMITIVES: readonly (readonly [string, PyValue])[] = [
  ['Parameter', parameter],
  [
    '_initialise_module',
    native('_initialise_module', (_, { positional: [self] }) => {
      if (self?.kind === 'instance') initialiseModule(self)
      return NONE
    }),
  ],
  [
    '_state_of',
    native('_state_of', (_, { positional: [self] }) => {
      const state = self?.kind === 'instance' ? stateOf(self) : []
      return new ListValue(state.map(({ name, value }) => tuple([str(name), value])))
    }),
  ],
]
