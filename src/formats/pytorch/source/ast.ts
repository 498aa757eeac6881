/**
 * The syntax tree of Python source, one for both dialects. Names follow Python's own `ast` module
 * (https://docs.python.org/3/library/ast.html) where it has one.
 */

/** Where a node begins. Lines and columns are 1-based. */
export interface Position {
  readonly file: string
  readonly line: number
  readonly column: number
}

interface Located {
  readonly at: Position
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '@' | '<<' | '>>' | '&' | '|' | '^'
export type UnaryOperator = '-' | '+' | '~' | 'not'
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'is' | 'is not' | 'in' | 'not in'

export type Expression =
  | NameExpression
  | (Located & { readonly kind: 'Int'; readonly value: number | bigint })
  | (Located & { readonly kind: 'Float'; readonly value: number })
  | (Located & { readonly kind: 'Imaginary'; readonly value: number })
  | (Located & { readonly kind: 'Str'; readonly value: string })
  | (Located & { readonly kind: 'Bytes'; readonly value: string })
  | (Located & { readonly kind: 'Bool'; readonly value: boolean })
  | (Located & { readonly kind: 'None' | 'Ellipsis' })
  | (Located & { readonly kind: 'FString'; readonly parts: readonly FStringPart[] })
  | AttributeExpression
  | CallExpression
  | SubscriptExpression
  | SliceExpression
  | (Located & { readonly kind: 'Tuple' | 'List' | 'Set'; readonly items: readonly Expression[] })
  | (Located & { readonly kind: 'Dict'; readonly entries: readonly DictEntry[] })
  | (Located & { readonly kind: 'Unary'; readonly operator: UnaryOperator; readonly operand: Expression })
  | BinaryExpression
  | (Located & {
      readonly kind: 'BoolOp'
      readonly operator: 'and' | 'or'
      readonly operands: readonly Expression[]
    })
  | CompareExpression
  | ConditionalExpression
  | LambdaExpression
  | ComprehensionExpression
  | (Located & { readonly kind: 'Starred'; readonly value: Expression })
  | (Located & { readonly kind: 'NamedExpr'; readonly target: string; readonly value: Expression })
  | YieldExpression
  | (Located & { readonly kind: 'Await'; readonly value: Expression | undefined })

/** `yield value`, or `yield from value`. */
export interface YieldExpression extends Located {
  readonly kind: 'Yield'
  readonly value: Expression | undefined
  readonly isFrom: boolean
}

export interface NameExpression extends Located {
  readonly kind: 'Name'
  readonly id: string
}

export interface AttributeExpression extends Located {
  readonly kind: 'Attribute'
  readonly object: Expression
  readonly name: string
}

export interface CallExpression extends Located {
  readonly kind: 'Call'
  readonly callee: Expression
  readonly args: readonly Argument[]
}

export interface SubscriptExpression extends Located {
  readonly kind: 'Subscript'
  readonly object: Expression
  readonly index: Expression
}

/** `lower:upper:step`; only inside a subscript. */
export interface SliceExpression extends Located {
  readonly kind: 'Slice'
  readonly lower: Expression | undefined
  readonly upper: Expression | undefined
  readonly step: Expression | undefined
}

export interface BinaryExpression extends Located {
  readonly kind: 'Binary'
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
}

/** `left op[0] operands[0] op[1] operands[1] …`, each operand evaluated once. */
export interface CompareExpression extends Located {
  readonly kind: 'Compare'
  readonly left: Expression
  readonly rest: readonly { readonly operator: CompareOperator; readonly operand: Expression }[]
}

export interface ConditionalExpression extends Located {
  readonly kind: 'Conditional'
  readonly test: Expression
  readonly body: Expression
  readonly orElse: Expression
}

export interface LambdaExpression extends Located {
  readonly kind: 'Lambda'
  readonly parameters: readonly Parameter[]
  readonly body: Expression
}

export interface ComprehensionExpression extends Located {
  readonly kind: 'Comprehension'
  readonly form: 'list' | 'set' | 'dict' | 'generator'
  /** The element; the key under `form: 'dict'`. */
  readonly element: Expression
  /** Only under `form: 'dict'`. */
  readonly value: Expression | undefined
  readonly clauses: readonly ComprehensionClause[]
}

export interface ComprehensionClause {
  readonly target: Expression
  readonly iterable: Expression
  readonly conditions: readonly Expression[]
}

export type Argument =
  | { readonly kind: 'Positional' | 'Star' | 'DoubleStar'; readonly value: Expression }
  | { readonly kind: 'Keyword'; readonly name: string; readonly value: Expression }

/** `key: value`, or `**value` when there is no key. */
export interface DictEntry {
  readonly key: Expression | undefined
  readonly value: Expression
}

export type FStringPart =
  | { readonly kind: 'Text'; readonly text: string }
  | {
      readonly kind: 'Field'
      readonly value: Expression
      readonly conversion: 's' | 'r' | 'a' | undefined
      readonly format: readonly FStringPart[]
      /** The field's own text, printed before the value in `f"{x=}"`. */
      readonly label: string | undefined
    }

export interface Parameter {
  readonly name: string
  /** `positionalOnly` stands before `/`, `keywordOnly` after `*` or `*args`. */
  readonly kind: 'positionalOnly' | 'positional' | 'keywordOnly' | 'star' | 'doubleStar'
  readonly annotation: Expression | undefined
  readonly defaultValue: Expression | undefined
  readonly at: Position
}

export type Statement =
  | FunctionStatement
  | ClassStatement
  | (Located & {
      readonly kind: 'Assign'
      readonly targets: readonly Expression[]
      readonly value: Expression
    })
  | (Located & {
      readonly kind: 'AnnAssign'
      readonly target: Expression
      readonly annotation: Expression
      readonly value: Expression | undefined
    })
  | (Located & {
      readonly kind: 'AugAssign'
      readonly target: Expression
      readonly operator: BinaryOperator
      readonly value: Expression
    })
  | (Located & { readonly kind: 'Expr'; readonly value: Expression })
  | (Located & { readonly kind: 'Return'; readonly value: Expression | undefined })
  | IfStatement
  | ForStatement
  | WhileStatement
  | WithStatement
  | TryStatement
  | (Located & {
      readonly kind: 'Raise'
      readonly error: Expression | undefined
      readonly cause: Expression | undefined
    })
  | (Located & {
      readonly kind: 'Assert'
      readonly test: Expression
      readonly message: Expression | undefined
    })
  | (Located & { readonly kind: 'Import'; readonly names: readonly ImportName[] })
  | ImportFromStatement
  | (Located & { readonly kind: 'Global' | 'Nonlocal'; readonly names: readonly string[] })
  | (Located & { readonly kind: 'Delete'; readonly targets: readonly Expression[] })
  | (Located & { readonly kind: 'Pass' | 'Break' | 'Continue' })

export interface FunctionStatement extends Located {
  readonly kind: 'Function'
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly returns: Expression | undefined
  readonly body: readonly Statement[]
  readonly decorators: readonly Expression[]
  readonly isAsync: boolean
}

export interface ClassStatement extends Located {
  readonly kind: 'Class'
  readonly name: string
  readonly bases: readonly Argument[]
  readonly body: readonly Statement[]
  readonly decorators: readonly Expression[]
}

/** `if`, every `elif`, and `else`, flat: a long chain costs no depth. */
export interface IfStatement extends Located {
  readonly kind: 'If'
  readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[]
  readonly orElse: readonly Statement[]
}

export interface ForStatement extends Located {
  readonly kind: 'For'
  readonly target: Expression
  readonly iterable: Expression
  readonly body: readonly Statement[]
  readonly orElse: readonly Statement[]
}

export interface WhileStatement extends Located {
  readonly kind: 'While'
  readonly test: Expression
  readonly body: readonly Statement[]
  readonly orElse: readonly Statement[]
}

export interface WithStatement extends Located {
  readonly kind: 'With'
  readonly items: readonly { readonly context: Expression; readonly target: Expression | undefined }[]
  readonly body: readonly Statement[]
}

export interface TryStatement extends Located {
  readonly kind: 'Try'
  readonly body: readonly Statement[]
  readonly handlers: readonly ExceptHandler[]
  readonly orElse: readonly Statement[]
  readonly finalBody: readonly Statement[]
}

export interface ExceptHandler extends Located {
  readonly type: Expression | undefined
  readonly name: string | undefined
  readonly body: readonly Statement[]
}

export interface ImportName {
  /** Dotted: `torch.nn`. */
  readonly name: string
  readonly alias: string | undefined
}

export interface ImportFromStatement extends Located {
  readonly kind: 'ImportFrom'
  /** Dotted, empty in `from . import x`. */
  readonly module: string
  /** Leading dots. */
  readonly level: number
  /** `*` alone for a star import. */
  readonly names: readonly ImportName[]
}

/** One parsed file. */
export interface SourceModule {
  readonly file: string
  readonly body: readonly Statement[]
}
