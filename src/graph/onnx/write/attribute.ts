import { ModelError } from '../../../errors/index.ts'
import type { Attribute } from '../../attribute.ts'
import type { Graph } from '../../graph.ts'
import { ATTRIBUTE, ATTRIBUTE_TYPE } from '../proto/fields.ts'
import type { ProtoWriter } from '../wire/writer.ts'
import { writeTensor } from './tensor.ts'

/** Fills an AttributeProto. */
export function writeAttribute(
  message: ProtoWriter,
  name: string,
  attribute: Attribute,
  writeSubgraph: (message: ProtoWriter, graph: Graph) => void,
): void {
  message.text(ATTRIBUTE.name, name)
  switch (attribute.type) {
    case 'float':
      message.float(ATTRIBUTE.f, attribute.value)
      break
    case 'int':
      message.int(ATTRIBUTE.i, checkedInteger(name, attribute.value))
      break
    case 'string':
      message.text(ATTRIBUTE.s, attribute.value)
      break
    case 'tensor':
      message.message(ATTRIBUTE.t, (tensor) => writeTensor(tensor, attribute.value, ''))
      break
    case 'graph':
      message.message(ATTRIBUTE.g, (graph) => writeSubgraph(graph, attribute.value))
      break
    case 'floats':
      message.floats(ATTRIBUTE.floats, attribute.value)
      break
    case 'ints':
      message.ints(
        ATTRIBUTE.ints,
        attribute.value.map((value) => checkedInteger(name, value)),
      )
      break
    case 'strings':
      for (const text of attribute.value) message.text(ATTRIBUTE.strings, text)
      break
    case 'graphs':
      for (const graph of attribute.value)
        message.message(ATTRIBUTE.graphs, (nested) => writeSubgraph(nested, graph))
      break
  }
  message.int(ATTRIBUTE.type, ATTRIBUTE_TYPE[attribute.type])
}

function checkedInteger(name: string, value: number): number {
  if (Number.isSafeInteger(value)) return value
  throw new ModelError('INVALID_NODE', { what: `Attribute ${name} holds ${value}, which is not an integer` })
}
