import { product } from '../../../../graph/index.ts'
import { pythonError } from '../python-error.ts'
import {
  type CallArguments,
  DictValue,
  int,
  type NativeFunction,
  type PyValue,
  str,
  type TupleValue,
} from '../values/index.ts'
import { named } from './arguments.ts'

function self({ positional: [value] }: CallArguments): TupleValue {
  if (value?.kind === 'tuple') return value
  throw pythonError('TypeError', 'a tuple is needed')
}

const dims = (items: readonly PyValue[]) => items.map((item) => (item.kind === 'int' ? item.value : 1))

export const TUPLE_METHODS: Readonly<Record<string, NativeFunction['call']>> = {
  index: (i, args) => {
    const { item } = named('index', ['self', 'item'], args)
    const at = self(args).items.findIndex((other) => i.equals(other, item))
    if (at < 0) throw pythonError('ValueError', 'tuple.index(x): x not in tuple')
    return int(at)
  },
  count: (i, args) => {
    const { item } = named('count', ['self', 'item'], args)
    return int(self(args).items.filter((other) => i.equals(other, item)).length)
  },
  /** torch.Size.numel() */
  numel: (_, args) => int(product(dims(self(args).items))),
  _asdict: (_, args) => {
    const { items, fields = [] } = self(args)
    return new DictValue(
      fields.flatMap((name, at) => {
        const item = items[at]
        return item ? [[str(name), item] as const] : []
      }),
    )
  },
  _replace: (_, args) => {
    const value = self(args)
    const { fields = [] } = value
    const items = value.items.map((item, at) => args.keyword.get(fields[at] ?? '') ?? item)
    return { ...value, items }
  },
}
