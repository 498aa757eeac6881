import { isKeyName, splitRequest } from '../request/index.ts'

/**
 * Where a query key was written as an option: the same in the query, for the error to offer.
 *
 * @example queryFlag(['convert', 'net.pth', '--quant', 'int8']) // "quant is a key of the query: convert 'net.pth?quant=int8'"
 */
export function queryFlag(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((argument) => isKeyName(nameOf(argument)))
  const flag = argv[at]
  if (flag === undefined) return undefined
  const key = nameOf(flag)
  const equals = flag.indexOf('=')
  const next = argv[at + 1]
  const follows = equals < 0 && next !== undefined && !next.startsWith('-')
  const value = equals >= 0 ? flag.slice(equals + 1) : follows ? next : '…'
  const [command = 'convert', ...rest] = argv.filter(
    (_, index) => index !== at && !(follows && index === at + 1),
  )
  const target = rest.find((argument) => !argument.startsWith('-')) ?? 'net.pth'
  const { file, query } = splitRequest(target)
  const pairs = [query, `${key}=${value}`].filter((part) => part !== '').join('&')
  return `${key} is a key of the query: ${command} '${file}?${pairs}'`
}

const nameOf = (argument: string): string => /^--(\w+)(?:=|$)/.exec(argument)?.[1] ?? ''
