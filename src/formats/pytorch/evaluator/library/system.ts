import { asText } from '../builtins/arguments.ts'
import {
  bool,
  DictValue,
  int,
  ListValue,
  type NamespaceValue,
  type NativeFunction,
  NONE,
  str,
  tuple,
} from '../values/index.ts'
import { functions, partlyInert } from './namespace.ts'

const never: NativeFunction['call'] = () => bool(false)
const same: NativeFunction['call'] = (_, { positional: [value] }) => value ?? NONE

const directoryOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
const fileOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Paths are text, and no file exists: what a constructor would load is not there, and is in the weights anyway. */
const PATH = partlyInert('os.path', [
  ['sep', str('/')],
  ...functions({
    exists: never,
    isfile: never,
    isdir: never,
    abspath: same,
    realpath: same,
    expanduser: same,
    join: (_, { positional }) => str(positional.map(asText).filter(Boolean).join('/')),
    dirname: (_, { positional: [path = NONE] }) => str(directoryOf(asText(path))),
    basename: (_, { positional: [path = NONE] }) => str(fileOf(asText(path))),
  }),
])

/** `os` and `sys` of one evaluation: an empty environment, no arguments, no files. */
export function systemModules(): ReadonlyMap<string, NamespaceValue> {
  const environment = new DictValue()
  const os = partlyInert('os', [
    ['path', PATH],
    ['sep', str('/')],
    ['name', str('posix')],
    ['environ', environment],
    ...functions({
      getenv: (_, { positional: [key = NONE, fallback = NONE] }) => environment.get(key) ?? fallback,
      getcwd: () => str('.'),
      cpu_count: () => int(1),
      listdir: () => new ListValue(),
    }),
  ])
  const sys = partlyInert('sys', [
    ['version', str('3.11.0')],
    ['version_info', tuple([int(3), int(11), int(0), str('final'), int(0)])],
    ['platform', str('linux')],
    ['maxsize', int(Number.MAX_SAFE_INTEGER)],
    ['argv', new ListValue([str('')])],
    ['path', new ListValue()],
    ['modules', new DictValue()],
  ])
  return new Map([
    ['os', os],
    ['os.path', PATH],
    ['posixpath', PATH],
    ['sys', sys],
  ])
}
