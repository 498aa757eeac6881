import { writeFileSync } from 'node:fs'
import { it } from 'vitest'
import type { EngineTensor } from '../../../../src/engine/index.ts'
import { evaluate } from '../../../../src/graph/index.ts'
import { runModel } from '../../../support/run-model.ts'
import { Archive } from './batch.ts'
import { contents, type Form, GROUPS, sizesOf } from './recorded-cases.ts'

const half = (b: number) => { const s=b>>15?-1:1,e=(b>>10)&31,m=b&1023; return e===0? s*m*2**-24 : e===31? (m?NaN:s*Infinity) : s*(1+m/1024)*2**(e-15) }
const nums = (t: EngineTensor) => t.dtype==='float16' ? Array.from(t.data as Uint16Array, half) : Array.from(t.data as ArrayLike<number>, Number)
function compare(got: EngineTensor | undefined, want: EngineTensor): string | undefined {
  if (!got) return 'missing'
  if (got.dtype !== want.dtype) return `dtype ${got.dtype} for ${want.dtype}`
  if (String(got.dims.map(Number)) !== String(want.dims)) return `dims ${got.dims} for ${want.dims}`
  const a = nums(got), b = nums(want)
  const scale = Math.max(...b.map((v) => (Number.isFinite(v) ? Math.abs(v) : 0)), 1e-3)
  const tol = want.dtype.startsWith('float') ? (want.dtype === 'float16' ? 1e-2 : 1e-4) * scale : 0
  for (let i = 0; i < b.length; i++) {
    const x = a[i] ?? NaN, y = b[i] ?? NaN
    if (!(Object.is(x, y) || x === y || Math.abs(x - y) <= tol)) return `[${i}] ${x} for ${y} (scale ${scale})`
  }
  return undefined
}
const out: string[] = []
it('probe', async () => {
  const only = process.env.ONLY
  for (const group of GROUPS) {
    if (only && group.name !== only) continue
    for (const form of ['script', 'trace'] as Form[]) {
      const t0 = performance.now()
      const archive = new Archive(group, form)
      const todo = group.cases.map((c, i) => ({ c, m: `m${i}` })).filter(({ c }) => c[form])
      let ok = 0
      const log = (m: string, kind: string, why: string) => out.push(`${group.name}.${form} ${kind}: ${group.cases[Number(m.slice(1))]?.source}   => ${why}`)
      const attempt = async (items: typeof todo, runs: number[]): Promise<void> => {
        const batch = archive.convert(items.map(({ m }) => m))
        const live = items.filter(({ m }) => { const r = batch.methods.get(m); if (r && 'error' in r) { if (runs.includes(0)) log(m, 'REFUSED', `${(r.error as {code?: string}).code} ${r.error.message}`.replace(/\s+/g,' ').slice(0, 300)); return false } return true })
        if (live.length === 0) return
        for (const run of runs) {
          const sizes = sizesOf(group, run)
          const feeds = Object.fromEntries(group.inputs.map(({ name }, i) => [name, contents(group.runs[run]![i]!)]))
          let results: Map<string, EngineTensor>
          try { results = await runModel(batch.model, feeds) } catch (error) {
            if (live.length === 1) { log(live[0]!.m, `ORT run ${run}`, String((error as Error).message).replace(/\s+/g,' ').slice(0, 250) + ((batch.methods.get(live[0]!.m) as any).guards?.length ? ' GUARDED' : '')); return }
            const mid = live.length >> 1
            await attempt(live.slice(0, mid), runs.slice(runs.indexOf(run))); await attempt(live.slice(mid), runs.slice(runs.indexOf(run))); return
          }
          for (const { c, m } of live) {
            const r = batch.methods.get(m)!
            if ('error' in r) continue
            if (run === 1 && c[form] === 1) continue
            const want = c.outputs[run]!.map(contents)
            let bad: string | undefined = r.outputs.length === want.length ? undefined : `${r.outputs.length} outputs for ${want.length}`
            for (const [i, w] of want.entries()) {
              bad ??= compare(results.get(`${m}.${i}`), w)
              const declared = r.outputs[i]?.dims.map((d) => { try { return typeof d === 'number' ? d : evaluate(d, sizes) } catch { return undefined } })
              if (declared?.some((d, axis) => d !== undefined && d !== w.dims[axis])) bad ??= `declared ${declared} for ${w.dims}`
              if (declared?.length !== w.dims.length) bad ??= `declared rank`
            }
            if (bad) log(m, `WRONG run ${run}${r.guards.length ? ' GUARDED' : ''}`, bad); else ok++
          }
        }
      }
      await attempt(todo, [0, 1])
      out.push(`## ${group.name}.${form}: ${todo.length} cases, ${ok} run checks ok, ${Math.round(performance.now() - t0)} ms`)
      writeFileSync(process.env.OUT ?? '/tmp/at/probe.txt', out.join('\n'))
    }
  }
}, 600000)
