import type { TorchDType } from '../../tensors/index.ts'
import type { TreeSpec } from './tree-spec.ts'

/** A size, or a number of the program, as the file records it. */
export type Size = number | SizeExpression

/** An expression over symbols: sympy's srepr, or plain arithmetic in files of torch 2.1 to 2.5. */
interface SizeExpression {
  readonly text: string
  /** Its value for what the model was exported with. */
  readonly hint: number | undefined
}

/** What the file records of a tensor. */
export interface TensorRecord {
  readonly dtype: TorchDType
  readonly sizes: readonly Size[]
  readonly strides: readonly Size[]
  readonly offset: Size
  readonly isStrided: boolean
}

/** What a node is given or gives. Lists are told apart in the file by what they hold, and are one kind here. */
export type Argument =
  | { readonly kind: 'none' }
  /** A tensor of the graph, or one of its symbolic numbers. */
  | { readonly kind: 'tensor' | 'symbol'; readonly name: string }
  | { readonly kind: 'int'; readonly value: number | bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'dtype'; readonly value: TorchDType }
  /** A layout, a memory format. */
  | { readonly kind: 'constant'; readonly name: string }
  | { readonly kind: 'device'; readonly type: string }
  | { readonly kind: 'list'; readonly items: readonly Argument[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [string, Argument])[] }
  | { readonly kind: 'graph'; readonly name: string; readonly graph: ExportedGraph }
  /** What has no counterpart in a graph: a token, a script object, a complex number. */
  | { readonly kind: 'foreign'; readonly what: string }

export interface NodeInput {
  /** Of the operator's schema; empty where a higher-order operator has none. */
  readonly name: string
  readonly value: Argument
  /** undefined in files up to torch 2.6: it is placed by its name. */
  readonly place: 'positional' | 'keyword' | undefined
}

export interface ExportedNode {
  /** `torch.ops.aten.conv2d.default`, `_operator.mul`. */
  readonly target: string
  readonly name: string
  /** Dotted path of the module whose forward made it, where the file says. */
  readonly module: string | undefined
  readonly inputs: readonly NodeInput[]
  readonly outputs: readonly Argument[]
}

export interface ExportedGraph {
  readonly inputs: readonly Argument[]
  readonly outputs: readonly Argument[]
  readonly nodes: readonly ExportedNode[]
  readonly tensors: ReadonlyMap<string, TensorRecord>
  /** Symbolic ints. */
  readonly ints: ReadonlyMap<string, Size>
}

/** What an input of the graph is. */
export type ProgramInput =
  | { readonly role: 'user'; readonly argument: Argument }
  | {
      readonly role: 'parameter' | 'buffer' | 'constant'
      /** Name within the graph. */
      readonly name: string
      /** Dotted name that its weight is stored under. */
      readonly weight: string
    }
  | { readonly role: 'foreign'; readonly what: string }

/** What an output of the graph is. */
export type ProgramOutput =
  | { readonly role: 'user'; readonly argument: Argument }
  /** What a buffer, a parameter or an input holds behind the call. */
  | { readonly role: 'mutation'; readonly of: 'buffer' | 'parameter' | 'input'; readonly target: string }
  | { readonly role: 'foreign'; readonly what: string }

export interface Range {
  readonly min: number
  readonly max: number
}

/** What torch.export.save wrote of a program, checked in form. */
export interface ExportedProgram {
  readonly graph: ExportedGraph
  readonly inputs: readonly ProgramInput[]
  readonly outputs: readonly ProgramOutput[]
  /** How the flat inputs make `(args, kwargs)`, and the flat outputs the result. */
  readonly inTree: TreeSpec | undefined
  readonly outTree: TreeSpec | undefined
  /** Of `forward`, in newer files. */
  readonly argumentNames: readonly string[] | undefined
  /** Symbol or expression → what it may be. */
  readonly ranges: ReadonlyMap<string, Range>
  /** Conditions on the inputs, as Python: `L['x'].size()[2] >= 3`. */
  readonly guards: readonly string[]
  readonly schemaVersion: string
  readonly torchVersion: string | undefined
}
