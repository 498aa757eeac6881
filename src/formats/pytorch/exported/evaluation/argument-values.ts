import { ModelError } from '../../../../errors/index.ts'
import { dtypeValueOf } from '../../evaluator/builtins/dtypes.ts'
import {
  bool,
  DictValue,
  float,
  intOf,
  ListValue,
  NONE,
  type PyValue,
  str,
} from '../../evaluator/values/index.ts'
import type { TorchDType } from '../../tensors/index.ts'
import { computedDType } from '../program/computed-dtype.ts'
import type { Argument } from '../program/program.ts'

/** What the names of a graph stand for. */
export type Environment = ReadonlyMap<string, PyValue>

/** @throws ModelError CORRUPT_FILE for a name that nothing gave, UNSUPPORTED_CONSTRUCT for what no graph holds. */
export function argumentValue(argument: Argument, environment: Environment): PyValue {
  switch (argument.kind) {
    case 'none':
      return NONE
    case 'tensor':
    case 'symbol':
      return environment.get(argument.name) ?? undefinedName(argument.name)
    case 'int':
      return intOf(argument.value)
    case 'float':
      return float(argument.value)
    case 'bool':
      return bool(argument.value)
    case 'string':
      return str(argument.value)
    case 'constant':
      return { kind: 'constant', name: argument.name }
    case 'device':
      return { kind: 'device', type: argument.type }
    case 'list':
      return new ListValue(argument.items.map((item) => argumentValue(item, environment)))
    case 'dict':
      return new DictValue(
        argument.entries.map(([key, item]) => [str(key), argumentValue(item, environment)]),
      )
    case 'dtype':
      return dtypeValue(argument.value) ?? refused(`the dtype torch.${argument.value}`)
    case 'graph':
      return refused(`the graph ${argument.name} as an argument`)
    case 'foreign':
      return refused(argument.what)
  }
}

function dtypeValue(dtype: TorchDType): PyValue | undefined {
  const computed = computedDType(dtype)
  return computed && dtypeValueOf(computed)
}

function undefinedName(name: string): never {
  throw new ModelError('CORRUPT_FILE', {
    what: `The program uses ${name} before anything gives it a value`,
    next: 'Export and save the model again',
  })
}

function refused(what: string): never {
  throw new ModelError('UNSUPPORTED_CONSTRUCT', {
    what: `The program uses ${what}`,
    why: 'ONNX has no such thing',
    next: 'Take it out of the model before it is exported',
  })
}
