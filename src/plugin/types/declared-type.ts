import type { ConvertResult, Port } from '../../convert/index.ts'

/** What an import gives, in TypeScript: the name of its type and what that takes from the package's runtime. */
export interface DeclaredType {
  /** Of the default export. */
  readonly type: string
  /** Type names imported from `unplugin-model/runtime`. */
  readonly imports: readonly string[]
}

/** The type of what `as=` selects, exact in names, dtypes and dims. */
export function declaredType(result: ConvertResult): DeclaredType {
  switch (result.request['as']) {
    case 'url':
      return { type: 'string', imports: [] }
    case 'bytes':
      return { type: 'LoadBytes', imports: ['LoadBytes'] }
    case 'meta':
      return { type: 'ModelReport', imports: ['ModelReport'] }
    default:
      return {
        type: `Model<\n    ${ports(result.inputs)},\n    ${ports(result.outputs)}\n  >`,
        imports: ['Model', 'Port'],
      }
  }
}

function ports(list: readonly Port[]): string {
  if (list.length === 0) return '{}'
  return `{ ${list.map((port) => `readonly ${propertyName(port.name)}: ${portType(port)}`).join('; ')} }`
}

function portType({ dtype, shape }: Port): string {
  const dims = shape[0] === '...' ? 'readonly number[]' : `readonly [${shape.map(dimType).join(', ')}]`
  return `Port<${quoted(dtype)}, ${dims}>`
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/

/** A dynamic dim is `number`, labelled with its name where that can be a label. */
function dimType(dim: number | string): string {
  if (typeof dim === 'number') return String(dim)
  return IDENTIFIER.test(dim) ? `${dim}: number` : 'number'
}

const propertyName = (name: string): string => (IDENTIFIER.test(name) ? name : quoted(name))

/** A TypeScript string literal in single quotes. */
export const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
