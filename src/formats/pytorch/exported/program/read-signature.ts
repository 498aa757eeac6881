import type { Fields } from '../json/fields.ts'
import type { ProgramInput, ProgramOutput } from './program.ts'
import { type ReadGraph, readArgument } from './read-argument.ts'
import { alternativeOf } from './union.ts'

/** An `InputSpec` of the schema. */
export function readInputSpec(fields: Fields, readGraph: ReadGraph): ProgramInput {
  const { tag, holder, member } = alternativeOf(fields)
  const spec = holder.object(member)
  const weight = (role: 'parameter' | 'buffer' | 'constant', key: string): ProgramInput => ({
    role,
    name: spec.object('arg').string('name'),
    weight: spec.string(key),
  })
  switch (tag) {
    case 'user_input':
      return { role: 'user', argument: readArgument(spec.object('arg'), readGraph) }
    case 'constant_input':
      return { role: 'user', argument: readArgument(spec.object('value'), readGraph) }
    case 'parameter':
      return weight('parameter', 'parameter_name')
    case 'buffer':
      return weight('buffer', 'buffer_name')
    case 'tensor_constant':
      return weight('constant', 'tensor_constant_name')
    case 'custom_obj':
      return { role: 'foreign', what: `the script object ${spec.string('custom_obj_name')}` }
    case 'token':
      return { role: 'foreign', what: `the token ${spec.object('arg').string('name')}` }
    default:
      return { role: 'foreign', what: tag.replaceAll('_', ' ') }
  }
}

/** An `OutputSpec` of the schema. */
export function readOutputSpec(fields: Fields, readGraph: ReadGraph): ProgramOutput {
  const { tag, holder, member } = alternativeOf(fields)
  const spec = holder.object(member)
  switch (tag) {
    case 'user_output':
      return { role: 'user', argument: readArgument(spec.object('arg'), readGraph) }
    case 'buffer_mutation':
      return { role: 'mutation', of: 'buffer', target: spec.string('buffer_name') }
    case 'parameter_mutation':
      return { role: 'mutation', of: 'parameter', target: spec.string('parameter_name') }
    case 'user_input_mutation':
      return { role: 'mutation', of: 'input', target: spec.string('user_input_name') }
    default:
      return { role: 'foreign', what: tag.replaceAll('_', ' ') }
  }
}
