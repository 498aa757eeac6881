import { ClassValue, type NamespaceValue, NONE, str } from '../values/index.ts'
import { COLLECTIONS } from './collections.ts'
import { COPY } from './copying.ts'
import { DATACLASSES } from './dataclasses.ts'
import { FUNCTOOLS } from './functional-tools.ts'
import { IMPORTLIB } from './importlib.ts'
import { INSPECT } from './inspection.ts'
import { ITERTOOLS } from './itertools.ts'
import { MATH } from './math.ts'
import { functions, inert, namespace, openInert, transparent } from './namespace.ts'
import { NUMPY } from './numpy.ts'
import { SIMPLE_NAMESPACE } from './simple-namespace.ts'
import { ENUM_MODULE, TYPING, typeNamed } from './typing.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** Modules of Python's own library that models import. */
export const STANDARD: ReadonlyMap<string, NamespaceValue> = new Map([
  ['math', MATH],
  ['typing', TYPING],
  ['typing_extensions', TYPING],
  ['collections', COLLECTIONS],
  ['functools', FUNCTOOLS],
  ['itertools', ITERTOOLS],
  ['copy', COPY],
  ['dataclasses', DATACLASSES],
  ['enum', ENUM_MODULE],
  [
    '__future__',
    namespace('__future__', [
      ['annotations', NONE],
      ['division', NONE],
      ['print_function', NONE],
    ]),
  ],
  [
    'abc',
    namespace('abc', [
      ['ABC', new ClassValue('ABC')],
      ['abstractmethod', transparent],
      ['ABCMeta', typeNamed('ABCMeta')],
    ]),
  ],
  [
    'operator',
    namespace(
      'operator',
      functions({
        mul: (i, { positional: [a = NONE, b = NONE] }) => i.binary('*', a, b),
        add: (i, { positional: [a = NONE, b = NONE] }) => i.binary('+', a, b),
      }),
    ),
  ],
  ['numpy', NUMPY],
  ['inspect', INSPECT],
  [
    'types',
    namespace('types', [
      ...['FunctionType', 'LambdaType', 'MethodType'].map((name) => [name, typeNamed('function')] as const),
      ['SimpleNamespace', SIMPLE_NAMESPACE],
      ['ModuleType', typeNamed('module')],
    ]),
  ],
  [
    'string',
    namespace('string', [
      ['ascii_lowercase', str(LETTERS)],
      ['ascii_uppercase', str(LETTERS.toUpperCase())],
      ['ascii_letters', str(LETTERS + LETTERS.toUpperCase())],
      ['digits', str('0123456789')],
      ['punctuation', str('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~')],
    ]),
  ],
  ['numbers', namespace('numbers', [['Number', typeNamed('Number')]])],
  // Names that old code took from here for Python 2 and 3 alike.
  [
    'torch._six',
    namespace('torch._six', [
      ['container_abcs', COLLECTIONS.get('abc') ?? NONE],
      ['string_classes', typeNamed('str')],
      ['int_classes', typeNamed('int')],
      ['inf', MATH.get('inf') ?? NONE],
    ]),
  ],
  ...['warnings', 'logging', 'pathlib', 'shutil', 'tempfile'].map((name) => [name, inert(name)] as const),
  ...['time', 'random', 'json'].map((name) => [name, openInert(name)] as const),
  ...IMPORTLIB,
  [
    'unplugin_model',
    namespace(
      'unplugin_model',
      functions({
        assume: (i, { positional: [text = NONE] }) => {
          i.session.assume(i.text(text))
          return NONE
        },
      }),
    ),
  ],
])
