import { DTYPES } from '../graph/dtype.ts'
import { dimSpecText, type InputSpec } from '../graph/input-spec.ts'

/**
 * The canonical spelling of an input spec: the shortest that reads back as the same spec.
 *
 * @example printInputSpec({ name: 'ids', dtype: 'int64', dims: [{ name: 'N' }, 128] }) // 'ids:i64[N,128]'
 */
export function printInputSpec({ name, dtype, dims, value }: InputSpec): string {
  if (value !== undefined) return `${name}=${printValue(value)}`
  const shape = dims && `[${dims.map(dimSpecText).join(',')}]`
  const type = `${dtype ? DTYPES[dtype].short : ''}${shape ?? ''}`
  return name === undefined ? type : `${name}:${type}`
}

/** Text that would read as a number or a truth value is quoted. */
function printValue(value: boolean | number | string): string {
  if (typeof value !== 'string') return String(value)
  return /^(true|false|[+-]?[\d.].*|".*")$/i.test(value) ? `"${value}"` : value
}
