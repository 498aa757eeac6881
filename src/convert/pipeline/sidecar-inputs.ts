import { parse } from 'node:path'
import { z } from 'zod'
import { ModelError } from '../../errors/index.ts'
import { type InputSpec, readAll } from '../../graph/index.ts'
import { KEYS } from '../../request/index.ts'
import type { ModelFiles } from '../files/index.ts'

/** `{ "input": ["image:f32[N,3,224,224]"] }`, or the list alone: what `?input=` takes, once for each input. */
const SIDECAR = z.union([
  z.array(z.string()),
  z
    .strictObject({ input: z.union([z.string().transform((only) => [only]), z.array(z.string())]) })
    .transform(({ input }) => input),
])

const MAX_BYTES = 1 << 20

/**
 * Input shapes kept beside the model as `<stem>.inputs.json`, for files that carry none: asked for after the query and the
 * file itself.
 *
 * @throws ModelError BAD_CONFIG when it is not of that form, BAD_QUERY_VALUE when a spec does not parse.
 */
export function sidecarInputs(files: ModelFiles): readonly InputSpec[] {
  const name = `${parse(files.source.name).name}.inputs.json`
  const source = files.openOptional(name)
  if (!source) return []
  if (source.size > MAX_BYTES) throw malformed(name, `it has ${source.size} bytes`)
  const checked = SIDECAR.safeParse(parseJson(name, new TextDecoder().decode(readAll(source))))
  if (!checked.success) throw malformed(name, z.prettifyError(checked.error).replaceAll('\n', ' '))
  try {
    return KEYS.input.parse(checked.data, 'input')
  } catch (error) {
    throw error instanceof ModelError ? error.at({ file: name }) : error
  }
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw malformed(name, error instanceof Error ? error.message : String(error))
  }
}

const malformed = (name: string, why: string): ModelError =>
  new ModelError('BAD_CONFIG', {
    what: `${name} does not describe inputs`,
    why,
    next: 'Write it as { "input": ["image:f32[N,3,224,224]"] }, one text for each input',
  })
