import { OPERATORS } from './index.ts'
import type { OperatorSchema } from './schema.ts'

const schemas = new Map<string, OperatorSchema>(
  Object.values(OPERATORS).map((schema) => [schemaKey(schema.op, domainOf(schema)), schema]),
)

function domainOf(schema: OperatorSchema): string {
  return schema.domain ?? ''
}

function schemaKey(op: string, domain: string): string {
  return `${domain}:${op}`
}

/** The declaration of an operator; undefined for one we do not know. */
export const schemaOf = (op: string, domain = ''): OperatorSchema | undefined =>
  schemas.get(schemaKey(op, domain))

/** Names of the operators of ONNX that are known. */
export const operatorNames = (): string[] =>
  [...schemas.values()].filter((schema) => domainOf(schema) === '').map(({ op }) => op)
