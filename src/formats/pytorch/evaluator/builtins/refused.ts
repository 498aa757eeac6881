import { ModelError } from '../../../../errors/index.ts'
import { type NativeFunction, native } from '../values/index.ts'

/** Functions of Python that reach outside of the source, and what each does. */
const REACHES: Readonly<Record<string, string>> = {
  open: 'opens a file',
  input: 'asks for input',
  eval: 'evaluates text as code',
  exec: 'runs text as code',
  compile: 'compiles text to code',
  __import__: 'imports by a computed name',
}

/** The source is data: what it would do to the machine is refused, by name. */
export const REFUSED_FUNCTIONS: readonly NativeFunction[] = Object.entries(REACHES).map(([name, does]) =>
  native(name, () => {
    throw new ModelError('UNSUPPORTED_CONSTRUCT', {
      what: `The model's source ${does} (${name})`,
      why: 'It is read as data and reaches nothing outside of itself',
      next: 'Write what it needs into the source, or keep that call out of the model and of the top of its file',
    })
  }),
)
