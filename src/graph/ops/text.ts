import type { InferenceContext } from '../inference/context.ts'
import { type OutputInfo, tensorInfo } from '../inference/output-info.ts'
import { broadcastAll, firstDimsAs } from '../inference/shared.ts'
import { operator } from './schema.ts'

/** Operators on strings, as text front ends have them. */
export const text = {
  regexFullMatch: operator({
    op: 'RegexFullMatch',
    since: 20,
    inputs: ['X'],
    outputs: ['Y'],
    attributes: { pattern: 'string' },
    anyRank: true,
    infer: firstDimsAs('bool'),
  }),
  stringConcat: operator({
    op: 'StringConcat',
    since: 20,
    inputs: ['X', 'Y'],
    outputs: ['Z'],
    attributes: {},
    anyRank: true,
    infer: (context) => [tensorInfo('string', broadcastAll(context))],
  }),
  /** Stop words are dropped, so that only the data decides how many strings stay. */
  stringNormalizer: operator({
    op: 'StringNormalizer',
    since: 10,
    inputs: ['X'],
    outputs: ['Y'],
    attributes: {
      case_change_action: 'string',
      is_case_sensitive: 'int',
      locale: 'string',
      stopwords: 'strings',
    },
    infer: inferNormalizer,
  }),
  stringSplit: operator({
    op: 'StringSplit',
    since: 20,
    inputs: ['X'],
    outputs: ['Y', 'Z'],
    attributes: { delimiter: 'string', maxsplit: 'int' },
    infer: (context) => {
      const dims = context.dims(0)
      return [tensorInfo('string', [...dims, context.unbackedDim()]), tensorInfo('int64', dims)]
    },
  }),
  tfIdfVectorizer: operator({
    op: 'TfIdfVectorizer',
    since: 9,
    inputs: ['X'],
    outputs: ['Y'],
    attributes: {
      max_gram_length: 'int!',
      max_skip_count: 'int!',
      min_gram_length: 'int!',
      mode: 'string!',
      ngram_counts: 'ints!',
      ngram_indexes: 'ints!',
      pool_int64s: 'ints',
      pool_strings: 'strings',
      weights: 'floats',
    },
    infer: (context) => {
      const columns = Math.max(...context.requiredInts('ngram_indexes')) + 1
      return [tensorInfo('float32', [...context.dims(0).slice(0, -1), columns])]
    },
  }),
} as const

function inferNormalizer(context: InferenceContext): OutputInfo[] {
  const dims = context.dims(0)
  const drops = (context.attribute('stopwords', 'strings') ?? []).length > 0
  return [tensorInfo('string', drops ? [...dims.slice(0, -1), context.unbackedDim()] : dims)]
}
