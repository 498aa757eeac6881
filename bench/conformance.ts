import { existsSync } from 'node:fs'
import { createEngine } from '../src/engine/index.ts'
import { CANONICAL_OPSET } from '../src/graph/index.ts'
import { judge, type Verdict } from './conformance/judge.ts'
import { dataOfPackage, namesOf, readCase, SUITES, type Suite } from './conformance/suites.ts'

/**
 * ONNX's backend tests, taken through the graph and back: what onnxruntime passes on the original it has to pass on what
 * we write, and what we infer has to be what runs.
 *
 * @param args A folder as `onnx/backend/test/data`, else that of the `onnx` package of `PYTHON` is taken; words that choose
 * cases, suites among them.
 */
export async function main(args: readonly string[]): Promise<void> {
  const folder = args.find((arg) => existsSync(arg))
  const words = args.filter((arg) => arg !== folder)
  const data = folder ?? dataOfPackage()
  const engine = createEngine()
  console.log(
    '| suite | cases | opset > 21 | onnxruntime passes | passed | refused | refused with open sizes | failed | dims wrong |',
  )
  console.log('|---|---|---|---|---|---|---|---|---|')
  const verdicts: [string, Verdict][] = []
  for (const suite of SUITES) {
    const found: [string, Verdict][] = []
    for (const name of namesOf(data, suite)) {
      if (words.length > 0 && !words.some((word) => word === suite || name.includes(word))) continue
      found.push([name, await judge(engine, readCase(data, suite, name))])
    }
    if (found.length > 0)
      console.log(
        row(
          suite,
          found.map(([, verdict]) => verdict),
        ),
      )
    verdicts.push(...found)
  }
  printDetails(verdicts)
}

function row(suite: Suite, verdicts: readonly Verdict[]): string {
  const count = (wanted: (verdict: Verdict) => boolean) => verdicts.filter(wanted).length
  const cells = [
    suite,
    verdicts.length,
    count(({ opset }) => (opset ?? 0) > CANONICAL_OPSET),
    count(originalPasses),
    count(({ outcome }) => outcome === 'passed'),
    count(({ outcome }) => outcome === 'refused'),
    count(({ outcome, closed }) => outcome !== 'refused' && closed !== undefined),
    count(({ outcome }) => outcome === 'failed'),
    count(({ dims }) => dims.length > 0),
  ]
  return `| ${cells.join(' | ')} |`
}

const originalPasses = (verdict: Verdict): boolean =>
  verdict.outcome === 'failed' || ('original' in verdict && verdict.original === 'passed')

function printDetails(verdicts: readonly (readonly [string, Verdict])[]): void {
  for (const [name, verdict] of verdicts) {
    if (verdict.outcome === 'failed') console.log(`\nFAILED ${name}\n${verdict.why}`)
    if (verdict.outcome === 'refused')
      console.log(`\nrefused ${name}: ${verdict.why} [onnxruntime ${verdict.original}]`)
    if (verdict.closed !== undefined && verdict.outcome !== 'refused' && process.env['VERBOSE'])
      console.log(`\nclosed ${name}: ${verdict.closed}`)
    if (verdict.dims.length > 0) console.log(`\nDIMS ${name}\n${verdict.dims.join('\n')}`)
    if (verdict.outcome === 'not run' && process.env['VERBOSE'])
      console.log(`\nnot run ${name}: ${verdict.why}`)
  }
}
