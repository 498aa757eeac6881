import { ModelError } from '../../../errors/index.ts'
import type { ProtoField } from '../wire/message.ts'
import { decodeTensor } from './decode-tensor.ts'

/** SparseTensorProto.values. */
const VALUES = 1

/** The refusal of a sparse tensor, by its name: that of its values. */
export function refuseSparse(what: string, field: ProtoField): ModelError {
  let name = ''
  for (const part of field.asMessage().fields())
    if (part.number === VALUES) ({ name } = decodeTensor(part.asMessage()))
  return new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `Sparse ${what}${name && ` ${name}`} cannot be converted`,
    where: { file: field.message.window.source.name },
    next: 'Export the model with dense weights',
  })
}
