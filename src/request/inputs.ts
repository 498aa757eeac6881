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
    checkDims(specs)
    return specs
  },
  print: (value) => (value.length === 0 ? undefined : value.map(printInputSpec)),
})

function checkNames(specs: readonly InputSpec[], key: string): void {
  const named = specs.flatMap((spec) => (spec.name === undefined ? [] : [spec.name]))
  const twice = named.find((name, index) => named.indexOf(name) !== index)
  if (twice !== undefined) throw badValue({ what: `${key} describes ${twice} twice` })
}

/** A dim's name means one size everywhere: what is said of it in several places must agree. */
function checkDims(specs: readonly InputSpec[]): void {
  const known = new Map<string, DynamicDimSpec>()
  for (const dim of specs.flatMap((spec) => spec.dims ?? [])) {
    if (typeof dim === 'number') continue
    const before = known.get(dim.name)
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
}

const FACT_NAMES = { hint: 'hint', min: 'lower bound', max: 'upper bound' } as const
