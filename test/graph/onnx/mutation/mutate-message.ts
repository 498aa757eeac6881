import * as F from '../../../../src/graph/onnx/proto/fields.ts'
import {
  encodeVarint,
  type Field,
  type FieldValue,
  type Message,
  type MessageKind,
  messagesOf,
} from './message-tree.ts'
import { TURNING_POINTS } from './mutate-bytes.ts'
import type { Random } from './random.ts'

/** Changes a file in place and says how; undefined when it has nothing to change in that way. */
type Mutation = (random: Random, file: Message, donor: Message) => string | undefined

/** Operators whose inference and kernels take attributes, lists or bodies: a node renamed to one meets what it never expects. */
const OPERATORS = [
  'Add',
  'Reshape',
  'Expand',
  'Tile',
  'ConstantOfShape',
  'Range',
  'Concat',
  'Split',
  'Slice',
  'Gather',
  'GatherND',
  'ScatterND',
  'Pad',
  'Resize',
  'Conv',
  'ConvTranspose',
  'MaxPool',
  'AveragePool',
  'MatMul',
  'Gemm',
  'Einsum',
  'Transpose',
  'Unsqueeze',
  'Squeeze',
  'Flatten',
  'Shape',
  'Size',
  'NonZero',
  'TopK',
  'OneHot',
  'CumSum',
  'ReduceSum',
  'Softmax',
  'If',
  'Loop',
  'Scan',
  'SequenceAt',
  'SequenceConstruct',
  'SplitToSequence',
  'Optional',
  'LSTM',
  'BatchNormalization',
  'Cast',
  'QuantizeLinear',
  'DequantizeLinear',
  'Identity',
  'Where',
  'EyeLike',
  'DepthToSpace',
  'SpaceToDepth',
  'Constant',
  'Dropout',
  'StringNormalizer',
  'NonMaxSuppression',
  'RoiAlign',
  'GridSample',
  'Trilu',
  'Upsample',
  'Mul',
  'Pow',
  'Mod',
  'Clip',
]

const MUTATIONS: readonly Mutation[] = [
  function leaveOut(random, file) {
    const place = anyField(random, file)
    if (!place) return undefined
    place.message.fields = place.message.fields.filter((field) => field !== place.field)
    return `${label(place)} left out`
  },
  function repeat(random, file) {
    const place = anyField(random, file)
    if (!place) return undefined
    const times = random.chance(0.1) ? 50 : 1
    const copies = Array.from({ length: times }, () => copyOf(place.field))
    place.message.fields.splice(random.below(place.message.fields.length + 1), 0, ...copies)
    return `${label(place)} repeated ${times} times`
  },
  function exchange(random, file) {
    const place = anyField(random, file)
    const other = place && random.pick(place.message.fields)
    if (!place || !other) return undefined
    ;[place.field.value, other.value] = [other.value, place.field.value]
    return `${label(place)} exchanged with field ${other.number}`
  },
  function number(random, file) {
    const place = anyField(random, file, ({ value }) => value.wire === 'varint')
    if (!place) return undefined
    const bits = random.chance(0.6) ? random.pick(TURNING_POINTS) : BigInt(random.below(32))
    place.field.value = { wire: 'varint', bits }
    return `${label(place)} is ${bits}`
  },
  function packed(random, file) {
    const place = anyField(random, file, isPackedNumbers)
    if (!place) return undefined
    const count = random.below(5)
    const numbers = Array.from({ length: count }, () => random.pick(TURNING_POINTS))
    place.field.value = { wire: 'bytes', bytes: Buffer.concat(numbers.map(encodeVarint)) }
    return `${label(place)} holds ${numbers.join()}`
  },
  function text(random, file) {
    const place = anyField(random, file, ({ value }) => value.wire === 'bytes')
    const other = anyField(random, file, ({ value }) => value.wire === 'bytes')
    if (!place || other?.field.value.wire !== 'bytes') return undefined
    place.field.value = {
      wire: 'bytes',
      bytes: random.chance(0.1) ? new Uint8Array(0) : other.field.value.bytes,
    }
    return `${label(place)} has the bytes of ${label(other)}`
  },
  function reference(random, file) {
    const place = anyField(random, file, isName)
    const other = anyField(random, file, isName)
    if (!place || !other) return undefined
    place.field.value = copyOf(other.field).value
    return `${label(place)} names ${label(other)}`
  },
  function operator(random, file) {
    const place = anyField(
      random,
      file,
      ({ number }, { kind }) => kind === 'node' && number === F.NODE.opType,
    )
    if (!place) return undefined
    const op = random.pick(OPERATORS)
    place.field.value = { wire: 'bytes', bytes: Buffer.from(op) }
    return `a node becomes ${op}`
  },
  function renumber(random, file) {
    const place = anyField(random, file)
    if (!place) return undefined
    const before = place.field.number
    place.field.number = 1 + random.below(25)
    return `${label({ ...place, field: { ...place.field, number: before } })} becomes field ${place.field.number}`
  },
  function attributeType(random, file) {
    const place = anyField(
      random,
      file,
      ({ number }, { kind }) => kind === 'attribute' && number === F.ATTRIBUTE.type,
    )
    if (!place) return undefined
    const type = random.below(15)
    place.field.value = { wire: 'varint', bits: BigInt(type) }
    return `an attribute is of type ${type}`
  },
  function opset(random, file) {
    const place = anyField(
      random,
      file,
      ({ number }, { kind }) => kind === 'opset' && number === F.OPSET.version,
    )
    if (!place) return undefined
    const version = 5 + random.below(25)
    place.field.value = { wire: 'varint', bits: BigInt(version) }
    return `opset ${version}`
  },
  function elementType(random, file) {
    const place = anyField(
      random,
      file,
      ({ number }, { kind }) =>
        (kind === 'tensorType' && number === F.TENSOR_TYPE.elementType) ||
        (kind === 'tensor' && number === F.TENSOR.dataType),
    )
    if (!place) return undefined
    const type = random.below(24)
    place.field.value = { wire: 'varint', bits: BigInt(type) }
    return `${label(place)} is dtype ${type}`
  },
  function declaredDim(random, file) {
    const place = anyMessage(random, file, 'dimension')
    if (!place) return undefined
    const size = random.pick(TURNING_POINTS)
    const value: FieldValue = random.chance(0.3)
      ? { wire: 'bytes', bytes: Buffer.from(random.pick(['N', 'M', '2*N', '', '__proto__'])) }
      : { wire: 'varint', bits: size }
    place.fields = [{ number: value.wire === 'bytes' ? F.DIMENSION.param : F.DIMENSION.value, value }]
    return `a dim is ${value.wire === 'bytes' ? 'a name' : size}`
  },
  function transplant(random, file, donor) {
    const from = anyField(random, donor, ({ value }) => value.wire === 'message')
    const to = from && anyMessage(random, file, from.message.kind)
    if (!from || !to) return undefined
    to.fields.splice(random.below(to.fields.length + 1), 0, copyOf(from.field))
    return `${label(from)} of another file put into a ${to.kind}`
  },
  function shuffle(random, file) {
    const place = anyMessage(random, file, 'graph')
    if (!place) return undefined
    place.fields = place.fields
      .map((field) => ({ field, at: random.below(1e6) }))
      .sort((a, b) => a.at - b.at)
      .map(({ field }) => field)
    return 'the fields of a graph shuffled'
  },
  function nest(random, file) {
    const place = anyMessage(random, file, 'graph')
    if (!place || place === file) return undefined
    const inner: Message = { kind: 'graph', fields: place.fields.map(copyOf) }
    const branch = (name: string): Field => ({
      number: F.NODE.attribute,
      value: {
        wire: 'message',
        message: {
          kind: 'attribute',
          fields: [
            { number: F.ATTRIBUTE.name, value: { wire: 'bytes', bytes: Buffer.from(name) } },
            { number: F.ATTRIBUTE.type, value: { wire: 'varint', bits: BigInt(F.ATTRIBUTE_TYPE.graph) } },
            {
              number: F.ATTRIBUTE.g,
              value: { wire: 'message', message: { kind: 'graph', fields: inner.fields.map(copyOf) } },
            },
          ],
        },
      },
    })
    const names = place.fields.filter(
      ({ number, value }) => number === F.GRAPH.output && value.wire === 'message',
    )
    const bytes = (text: string): FieldValue => ({ wire: 'bytes', bytes: Buffer.from(text) })
    const node: Message = {
      kind: 'node',
      fields: [
        { number: F.NODE.opType, value: bytes(random.pick(['If', 'Loop', 'Scan'])) },
        { number: F.NODE.input, value: bytes('cond') },
        ...names.map((_, index): Field => ({ number: F.NODE.output, value: bytes(`nested_${index}`) })),
        ...random.pick([['then_branch', 'else_branch'], ['body']]).map(branch),
      ],
    }
    place.fields.push({ number: F.GRAPH.node, value: { wire: 'message', message: node } })
    return 'a graph put into a node of its own'
  },
]

/** One change to a decoded file, in place. @returns what it was. */
export function mutateMessage(random: Random, file: Message, donor: Message): string {
  for (let tries = 0; tries < 20; tries++) {
    const what = random.pick(MUTATIONS)(random, file, donor)
    if (what !== undefined) return what
  }
  return 'nothing'
}

interface Place {
  readonly message: Message
  readonly field: Field
}

function anyField(
  random: Random,
  file: Message,
  wanted: (field: Field, message: Message) => boolean = () => true,
): Place | undefined {
  const places: Place[] = []
  for (const message of messagesOf(file))
    for (const field of message.fields) if (wanted(field, message)) places.push({ message, field })
  return places.length === 0 ? undefined : random.pick(places)
}

function anyMessage(random: Random, file: Message, kind: MessageKind): Message | undefined {
  const found = [...messagesOf(file)].filter((message) => message.kind === kind)
  return found.length === 0 ? undefined : random.pick(found)
}

const label = ({ message, field }: Place): string => `field ${field.number} of a ${message.kind}`

const NAMES: { readonly [kind in MessageKind]?: readonly number[] } = {
  node: [F.NODE.input, F.NODE.output],
  tensor: [F.TENSOR.name],
  valueInfo: [F.VALUE_INFO.name],
  function: [F.FUNCTION.input, F.FUNCTION.output],
}

const isName = ({ number, value }: Field, { kind }: Message): boolean =>
  value.wire === 'bytes' && (NAMES[kind]?.includes(number) ?? false)

const isPackedNumbers = ({ number, value }: Field, { kind }: Message): boolean =>
  value.wire === 'bytes' &&
  ((kind === 'tensor' &&
    (number === F.TENSOR.dims || number === F.TENSOR.int64Data || number === F.TENSOR.rawData)) ||
    (kind === 'attribute' && number === F.ATTRIBUTE.ints))

function copyOf({ number, value }: Field): Field {
  if (value.wire !== 'message') return { number, value: { ...value } }
  const { kind, fields } = value.message
  return { number, value: { wire: 'message', message: { kind, fields: fields.map(copyOf) } } }
}
