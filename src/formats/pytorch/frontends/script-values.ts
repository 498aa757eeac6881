import { ModelError } from '../../../errors/index.ts'
import type { Tensor } from '../../../graph/index.ts'
import { tensorType } from '../../../graph/index.ts'
import type { TorchScriptFile } from '../container/index.ts'
import { DTYPE_VALUES } from '../evaluator/builtins/dtypes.ts'
import { TorchScriptCode } from '../evaluator/dialects/torchscript.ts'
import type { Interpreter } from '../evaluator/interpreter/interpreter.ts'
import {
  bool,
  ClassValue,
  DictValue,
  FALSE,
  float,
  InstanceValue,
  int,
  ListValue,
  NONE,
  type PyValue,
  positional,
  SetValue,
  str,
  TensorHandle,
  tuple,
} from '../evaluator/values/index.ts'
import {
  attributesOf,
  type PickleObject,
  type PickleTensor,
  type PickleValue,
  qualifiedName,
} from '../pickle/index.ts'
import type { ParsedSources } from '../source/index.ts'

/** Nested modules and containers of a pickle; real models stay below 30. */
const MAX_DEPTH = 100

/** A tensor of a file: it enters the graph, under its own name, when it is first read. */
export function weight(interpreter: Interpreter, tensor: Tensor, name: string): TensorHandle {
  const made = new TensorHandle({
    type: tensorType(tensor.dtype, tensor.dims),
    make: () => interpreter.session.b.constant(tensor, name),
  })
  made.isWeight = true
  return made
}

/** A float64 without dims is a Python float of a trace: tensors that the program itself makes are copied where they are used. */
function asConstant(value: PyValue): PyValue {
  if (value.kind === 'tensor' && value.rank === 0 && value.dtype === 'float64') value.isWrappedNumber = true
  return value
}

/** The objects of a TorchScript archive as values: modules with their attributes, classes with their code. */
export class ScriptValues {
  readonly code: TorchScriptCode
  readonly #interpreter: Interpreter
  readonly #made = new Map<PickleValue, PyValue>()

  constructor(interpreter: Interpreter, file: TorchScriptFile, sources?: ParsedSources) {
    this.#interpreter = interpreter
    this.code = new TorchScriptCode(
      interpreter,
      file.code,
      (index) => {
        const constant = file.constants[index]
        return constant && asConstant(this.value(constant, `c${index}`))
      },
      sources,
    )
  }

  /** @param path Dotted name, which weights are known by. */
  value(pickled: PickleValue, path: string, depth = 0): PyValue {
    if (depth > MAX_DEPTH) {
      throw new ModelError('LIMIT_EXCEEDED', { what: `The model's objects nest more than ${MAX_DEPTH} deep` })
    }
    const known = this.#made.get(pickled)
    if (known) return known
    const made = this.#make(pickled, path, depth)
    this.#made.set(pickled, made)
    return made
  }

  #make(pickled: PickleValue, path: string, depth: number): PyValue {
    const below = (item: PickleValue, name: string | number) =>
      this.value(item, path === '' ? String(name) : `${path}.${name}`, depth + 1)
    switch (pickled.kind) {
      case 'none':
        return NONE
      case 'bool':
        return bool(pickled.value)
      case 'int':
        return int(Number(pickled.value))
      case 'float':
        return float(pickled.value)
      case 'string':
        return str(pickled.value)
      case 'list':
        return new ListValue(pickled.items.map(below))
      case 'tuple':
        return tuple(pickled.items.map(below))
      case 'set':
        return new SetValue(pickled.items.map(below))
      case 'dict':
        return new DictValue(
          [...pickled.entries()].map(([key, item], at) => [below(key, at), below(item, keyName(key, at))]),
        )
      case 'tensor':
        return this.#tensor(pickled, path)
      case 'dtype':
        return DTYPE_VALUES.get(pickled.dtype) ?? NONE
      case 'object':
        return this.#object(pickled, path, depth)
      default:
        return { kind: 'constant', name: pickled.kind }
    }
  }

  #tensor(pickled: PickleTensor, path: string): PyValue {
    if (pickled.quantizer) {
      throw new ModelError('UNSUPPORTED_CONSTRUCT', {
        what: `The tensor ${path} is quantised`,
        why: 'Quantised PyTorch models are not converted yet',
        next: 'Convert the float model, and quantise with ?quant=int8',
      })
    }
    return weight(this.#interpreter, pickled.view.tensor, path)
  }

  #object(pickled: PickleObject, path: string, depth: number): PyValue {
    const name = qualifiedName(pickled.class)
    if (name.startsWith('__torch__.torch.classes.')) {
      throw new ModelError('UNSUPPORTED_CONSTRUCT', {
        what: `The model holds a ${name.slice('__torch__.torch.classes.'.length)} at ${path}`,
        why: 'Packed and custom objects have no conversion yet',
      })
    }
    const found = this.code.find(name)
    const of = found?.kind === 'class' ? found : new ClassValue(pickled.class.name)
    if (of.role === 'enum') {
      const values = pickled.args.map((item) => this.value(item, path, depth + 1))
      return this.#interpreter.call(of, positional(...values))
    }
    const instance = new InstanceValue(of, new Map([['training', FALSE]]))
    this.#made.set(pickled, instance)
    const attributes = attributesOf(pickled)
    const setState = of.lookup('__setstate__')
    if (setState && pickled.state) {
      this.#interpreter.call(setState, positional(instance, this.value(pickled.state, path, depth + 1)))
      return instance
    }
    for (const [key, item] of attributes?.named() ?? []) {
      const below = path === '' ? key : `${path}.${key}`
      if (key !== 'training') instance.attributes.set(key, this.value(item, below, depth + 1))
    }
    return instance
  }
}

const keyName = (key: PickleValue, at: number): string => (key.kind === 'string' ? key.value : String(at))
