import type {
  Argument,
  Expression,
  FStringPart,
  Parameter,
} from '../../../../src/formats/pytorch/source/index.ts'

/** An expression spelled with every bracket written out, so that a test sees how it was grouped. */
export function show(e: Expression | undefined): string {
  if (!e) return ''
  switch (e.kind) {
    case 'Name':
      return e.id
    case 'Int':
    case 'Float':
      return `${e.kind.toLowerCase()} ${e.value}`
    case 'Imaginary':
      return `${e.value}j`
    case 'Str':
      return JSON.stringify(e.value)
    case 'Bytes':
      return `b${JSON.stringify(e.value)}`
    case 'Bool':
      return String(e.value)
    case 'None':
    case 'Ellipsis':
      return e.kind
    case 'FString':
      return `f(${e.parts.map(showPart).join(' ')})`
    case 'Attribute':
      return `${show(e.object)}.${e.name}`
    case 'Call':
      return `${show(e.callee)}(${e.args.map(showArgument).join(', ')})`
    case 'Subscript':
      return `${show(e.object)}[${show(e.index)}]`
    case 'Slice':
      return `slice(${show(e.lower)}|${show(e.upper)}|${show(e.step)})`
    case 'Tuple':
    case 'List':
    case 'Set':
      return `${e.kind.toLowerCase()}(${e.items.map(show).join(', ')})`
    case 'Dict':
      return `dict(${e.entries.map(({ key, value }) => `${key ? show(key) : '**'}: ${show(value)}`).join(', ')})`
    case 'Unary':
      return `(${e.operator} ${show(e.operand)})`
    case 'Binary':
      return `(${show(e.left)} ${e.operator} ${show(e.right)})`
    case 'BoolOp':
      return `(${e.operands.map(show).join(` ${e.operator} `)})`
    case 'Compare':
      return `(${show(e.left)}${e.rest.map(({ operator, operand }) => ` ${operator} ${show(operand)}`).join('')})`
    case 'Conditional':
      return `(${show(e.body)} if ${show(e.test)} else ${show(e.orElse)})`
    case 'Lambda':
      return `lambda(${e.parameters.map(showParameter).join(', ')}: ${show(e.body)})`
    case 'Comprehension':
      return `${e.form}[${show(e.element)}${e.value ? `: ${show(e.value)}` : ''}${e.clauses
        .map(
          (c) =>
            ` for ${show(c.target)} in ${show(c.iterable)}${c.conditions.map((t) => ` if ${show(t)}`).join('')}`,
        )
        .join('')}]`
    case 'Starred':
      return `*${show(e.value)}`
    case 'NamedExpr':
      return `(${e.target} := ${show(e.value)})`
    case 'Yield':
      return `yield ${e.isFrom ? 'from ' : ''}${show(e.value)}`
    case 'Await':
      return `await ${show(e.value)}`
  }
}

const showArgument = (a: Argument): string =>
  a.kind === 'Keyword'
    ? `${a.name}=${show(a.value)}`
    : `${a.kind === 'Star' ? '*' : a.kind === 'DoubleStar' ? '**' : ''}${show(a.value)}`

export const showParameter = (p: Parameter): string =>
  `${p.kind} ${p.name}${p.annotation ? `: ${show(p.annotation)}` : ''}${p.defaultValue ? ` = ${show(p.defaultValue)}` : ''}`

const showPart = (part: FStringPart): string =>
  part.kind === 'Text'
    ? JSON.stringify(part.text)
    : `{${part.label ?? ''}${show(part.value)}${part.conversion ? `!${part.conversion}` : ''}${part.format.length > 0 ? `:${part.format.map(showPart).join(' ')}` : ''}}`
