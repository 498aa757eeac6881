import { isFloat } from '../../../../graph/index.ts'
import { named } from '../builtins/arguments.ts'
import { DTYPE_VALUES } from '../builtins/dtypes.ts'
import { isInstance } from '../builtins/type-checks.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { operatorFunction } from '../interpreter/operators.ts'
import { pythonError } from '../python-error.ts'
import {
  bool,
  type CallArguments,
  ClassValue,
  float,
  InstanceValue,
  int,
  intOf,
  type NamespaceValue,
  NONE,
  native,
  type PyValue,
  sizeTuple,
  str,
  transparentNative,
} from '../values/index.ts'
import { makeAutograd } from './autograd.ts'
import { functions, inert, namespace, partlyInert, transparent } from './namespace.ts'
import { LEGACY_TYPES } from './tensor-types.ts'
import { typeNamed } from './typing.ts'

/** Contexts that matter to training only; each also decorates. */
const CONTEXTS = ['no_grad', 'enable_grad', 'inference_mode', 'set_grad_enabled', 'autocast']

const CONSTANTS: readonly (readonly [string, PyValue])[] = [
  ['pi', float(Math.PI)],
  ['e', float(Math.E)],
  ['inf', float(Number.POSITIVE_INFINITY)],
  ['nan', float(Number.NaN)],
  ['newaxis', NONE],
  ['__version__', str('2.6.0')],
  ...[
    'strided',
    'sparse_coo',
    'contiguous_format',
    'channels_last',
    'channels_last_3d',
    'preserve_format',
  ].map((name) => [name, { kind: 'constant', name }] as const),
]

/** Which one of several devices it is says nothing here. */
function makeDevice(_: Interpreter, args: CallArguments): PyValue {
  const { type } = named('device', ['type?', 'index?'], args)
  if (type?.kind === 'device') return type
  const name = type?.kind === 'str' ? type.value.split(':')[0] : undefined
  return { kind: 'device', type: name ?? 'cpu' }
}

/** `torch.finfo` and `torch.iinfo`: limits of a dtype. */
function dtypeInfo(_: Interpreter, args: CallArguments): PyValue {
  const { type: of } = named('finfo', ['type?'], args)
  const value = of?.kind === 'dtype' ? of : DTYPE_VALUES.get('float32')
  const limits = value && LIMITS.get(value.name)
  if (!limits) throw pythonError('TypeError', `no limits are known of ${value?.name}`)
  const wrap = value && isFloat(value.dtype) ? float : wholeLimit
  const fields = ['min', 'max', 'eps', 'tiny'] as const
  return new InstanceValue(
    new ClassValue('finfo'),
    new Map(fields.map((name, at): [string, PyValue] => [name, wrap(limits[at] ?? 0)])),
  )
}

/** 2⁶³ − 1 has one digit more than a double. */
const wholeLimit = (limit: number): PyValue => (limit === 2 ** 63 ? intOf(2n ** 63n - 1n) : intOf(limit))

const LIMITS: ReadonlyMap<string, readonly number[]> = new Map([
  ['float32', [-3.4028234663852886e38, 3.4028234663852886e38, 1.1920928955078125e-7, 1.1754943508222875e-38]],
  ['float64', [-Number.MAX_VALUE, Number.MAX_VALUE, Number.EPSILON, 2.2250738585072014e-308]],
  ['float16', [-65504, 65504, 0.0009765625, 6.103515625e-5]],
  ['bfloat16', [-3.3895313892515355e38, 3.3895313892515355e38, 0.0078125, 1.1754943508222875e-38]],
  ['int64', [-(2 ** 63), 2 ** 63 - 1]],
  ['int32', [-(2 ** 31), 2 ** 31 - 1]],
  ['int16', [-(2 ** 15), 2 ** 15 - 1]],
  ['int8', [-128, 127]],
  ['uint8', [0, 255]],
])

/** `torch.utils.checkpoint.checkpoint(function, *args)`: memory against time while training, a plain call here. */
function checkpoint(i: Interpreter, { positional: [callee, ...args], keyword }: CallArguments): PyValue {
  const own = new Set(['use_reentrant', 'preserve_rng_state', 'context_fn', 'determinism_check', 'debug'])
  const passed = new Map([...keyword].filter(([name]) => !own.has(name)))
  return i.call(callee ?? NONE, { positional: args, keyword: passed })
}

const never = native('never', () => bool(false))

const JIT = namespace('torch.jit', [
  ...['script', 'ignore', 'unused', 'export', 'interface', 'script_if_tracing'].map(
    (name) => [name, transparent] as const,
  ),
  ...['is_scripting', 'is_tracing'].map((name) => [name, never] as const),
  ['annotate', native('annotate', (_, { positional: [, value] }) => value ?? NONE)],
  [
    'isinstance',
    native('isinstance', (i, { positional: [value, type] }) =>
      bool(isInstance(i, value ?? NONE, type ?? NONE)),
    ),
  ],
  ['Final', typeNamed('Final')],
  ['ScriptModule', new ClassValue('ScriptModule')],
  ['_overload', transparent],
  ['_overload_method', transparent],
])

/** One process, as at inference. */
const DISTRIBUTED = partlyInert('torch.distributed', [
  ['is_available', never],
  ['is_initialized', never],
  ['get_rank', native('get_rank', () => int(0))],
  ['get_world_size', native('get_world_size', () => int(1))],
])

const CUDA = namespace('torch.cuda', [
  ['is_available', never],
  ['device_count', native('device_count', () => int(0))],
  [
    'amp',
    namespace('torch.cuda.amp', [
      ['autocast', transparent],
      ['custom_fwd', transparent],
      ['custom_bwd', transparent],
    ]),
  ],
])

/**
 * `torch`: its types, constants and submodules; every other name is an operator. An operator without a conversion is
 * noted when it is called.
 *
 * @param submodule A module of the library's text: `torch.nn`.
 */
export function makeTorch(submodule: (name: string) => PyValue | undefined): NamespaceValue {
  const members = new Map<string, PyValue>([
    ...CONSTANTS,
    ...DTYPE_VALUES,
    ...CONTEXTS.map((name) => [name, transparent] as const),
    ...LEGACY_TYPES,
    ['dtype', typeNamed('dtype')],
    [
      'Size',
      {
        kind: 'type',
        name: 'Size',
        args: [],
        call: (i, { positional: [items] }) => sizeTuple(items ? i.iterate(items) : []),
      },
    ],
    ['device', { kind: 'type', name: 'device', args: [], call: makeDevice }],
    ['jit', JIT],
    ['cuda', CUDA],
    [
      'amp',
      namespace(
        'torch.amp',
        ['autocast', 'custom_fwd', 'custom_bwd'].map((name) => [name, transparent] as const),
      ),
    ],
    ['compile', transparent],
    [
      'fx',
      namespace('torch.fx', [
        ['wrap', transparent],
        ['Proxy', typeNamed('Proxy')],
        ['Tracer', typeNamed('Tracer')],
      ]),
    ],
    ['ops', OPS],
    ['autograd', makeAutograd(submodule)],
    // Operators of a model's own in Python: their text is what they compute.
    ['library', { kind: 'namespace', name: 'torch.library', get: () => transparent }],
    ['utils', makeUtils()],
    ['distributed', DISTRIBUTED],
    ...['backends', 'hub', 'load', 'save', '_dynamo', '_C', 'compiler', 'onnx', 'profiler'].map(
      (name) => [name, inert(`torch.${name}`)] as const,
    ),
    ...['manual_seed', 'set_printoptions'].map(
      (name) => [name, transparentNative(name, () => NONE)] as const,
    ),
    ...functions({
      finfo: dtypeInfo,
      iinfo: dtypeInfo,
      is_tensor: (_, { positional: [value] }) => bool(value?.kind === 'tensor'),
      get_default_dtype: () => DTYPE_VALUES.get('float32') ?? NONE,
      is_grad_enabled: () => bool(false),
      is_autocast_enabled: () => bool(false),
      _assert: (i, { positional: [test, message] }) => {
        if (test && !i.truth(test)) throw pythonError('AssertionError', message ? i.text(message) : '')
        return NONE
      },
    }),
  ])
  return {
    kind: 'namespace',
    name: 'torch',
    isProvided: true,
    get: (name) => members.get(name) ?? submodule(`torch.${name}`) ?? operatorOrNamespace(name),
    all: () => members,
  }
}

/** `torch.ops.aten.relu(x)`: operators by their qualified names. Of compiled ones there are none. */
const OPS: NamespaceValue = {
  kind: 'namespace',
  name: 'torch.ops',
  get: (space) =>
    space === 'load_library'
      ? native(space, () => {
          throw pythonError('OSError', 'no library of compiled operators is loaded')
        })
      : {
          kind: 'namespace',
          name: `torch.ops.${space}`,
          get: (name) => operatorFunction(space === 'aten' ? name : `${space}::${name}`),
        },
}

/** Groups of operators: `torch.linalg.norm` is `linalg_norm` in ATen. */
const GROUPS = ['linalg', 'special', 'fft', 'sparse', 'nested']

function operatorOrNamespace(name: string): PyValue | undefined {
  if (name.startsWith('__')) return undefined
  if (!GROUPS.includes(name)) return operatorFunction(name)
  return { kind: 'namespace', name: `torch.${name}`, get: (member) => operatorFunction(`${name}_${member}`) }
}

function makeUtils(): NamespaceValue {
  return namespace('torch.utils', [
    ['checkpoint', namespace('torch.utils.checkpoint', functions({ checkpoint }))],
    ['data', inert('torch.utils.data')],
    ['model_zoo', inert('torch.utils.model_zoo')],
    ['_pytree', inert('torch.utils._pytree')],
  ])
}
