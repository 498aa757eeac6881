import type { DynamicDimSpec, InputSpec } from '../graph/index.ts'
import { parseInputSpec } from './input-parser.ts'
import { printInputSpec } from './input-printer.ts'
import { badValue, type Key } from './key.ts'

/** The `input` key: one spec each time it is given. */
export const inputs = (options: { help: string }): Key<readonly InputSpec[]> => ({
  values: ['<1x3x224x224>', '<ids:i64[N,L=128]>', '<x:f32[N,3,H=224(32..512),W=224]>', '<flag=true>'],
  planned: [],
  help: options.help,
  parse(texts, name) {
    const specs = texts.map(parseInputSpec)
    checkNames(specs, name)
    return withSharedDims(specs, dimsByName(specs))
  },
  print: (value) => (value.length === 0 ? undefined : value.map(printInputSpec)),
})

function checkNames(specs: readonly InputSpec[], key: string): void {
  const named = specs.flatMap((spec) => (spec.name === undefined ? [] : [spec.name]))
  const twice = named.find((name, index) => named.indexOf(name) !== index)
  if (twice !== undefined) throw badValue({ what: `${key} describes ${twice} twice` })
}

/** A dim's name means one size everywhere: what is said of it in several places must agree. */
function dimsByName(specs: readonly InputSpec[]): ReadonlyMap<string, DynamicDimSpec> {
  const known = new Map<string, DynamicDimSpec>()
  for (const given of specs.flatMap((spec) => spec.dims ?? [])) {
    if (typeof given === 'number') continue
    const [before, dim] = withoutImpliedHints(known.get(given.name), given)
    for (const fact of ['hint', 'min', 'max'] as const) {
      if (before?.[fact] === undefined || dim[fact] === undefined || before[fact] === dim[fact]) continue
      throw badValue({
        what: `Dim ${dim.name} has two ${FACT_NAMES[fact]}s, ${before[fact]} and ${dim[fact]}`,
        why: 'A name stands for one size in all inputs',
        next: 'Give the dims two names, or make the numbers equal',
      })
    }
    known.set(dim.name, { ...before, ...dim })
  }
  known.forEach(checkHint)
  return known
}

/** A size to try that is only where a range begins gives way to one that is given elsewhere. */
function withoutImpliedHints(
  before: DynamicDimSpec | undefined,
  dim: DynamicDimSpec,
): readonly [DynamicDimSpec | undefined, DynamicDimSpec] {
  if (before?.hint === undefined || dim.hint === undefined) return [before, dim]
  const { hint: first, ...rest } = before
  const { hint: second, ...own } = dim
  if (second === dim.min && first !== second) return [before, own]
  return first === before.min && first !== second ? [rest, dim] : [before, dim]
}

function checkHint({ name, hint, min = 1, max = Number.POSITIVE_INFINITY }: DynamicDimSpec): void {
  if (hint === undefined || (hint >= min && hint <= max)) return
  throw badValue({
    what: `${name}=${hint} lies outside the range ${min}..${max} that another input gives it`,
    why: 'A name stands for one size in all inputs',
    next: 'Give a size inside the range',
  })
}

/** What is said of a name once holds wherever it stands. */
const withSharedDims = (
  specs: readonly InputSpec[],
  known: ReadonlyMap<string, DynamicDimSpec>,
): readonly InputSpec[] =>
  specs.map((spec) =>
    spec.dims
      ? {
          ...spec,
          dims: spec.dims.map((dim) => (typeof dim === 'number' ? dim : (known.get(dim.name) ?? dim))),
        }
      : spec,
  )

const FACT_NAMES = { hint: 'hint', min: 'lower bound', max: 'upper bound' } as const
