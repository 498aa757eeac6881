import { CASES } from './opset-placement/cases.ts'
import { type Make, placedModel } from './opset-placement/models.ts'
import { type Ran, RuntimePage } from './opset-placement/page.ts'

const OPSETS = [21, 22, 23, 24] as const
/** Of what is not random, results on both providers and at every opset agree this far. */
const TOLERANCE = 1e-3

/**
 * Which execution provider runs an operator, by the opset of the file: a kernel serves a range of the operator's versions,
 * and an operator that a newer opset declares anew is without one until onnxruntime says so. Prints a row for what does
 * not run on the GPU at every opset, or not on wasm.
 *
 * @param words Choose cases by name. `CHROMIUM_PATH` names the browser.
 */
export async function main(words: readonly string[]): Promise<void> {
  const page = await RuntimePage.open(process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium')
  try {
    console.log(`| operator | ${OPSETS.map((opset) => `webgpu ${opset}`).join(' | ')} | wasm |`)
    console.log(`|---|${'---|'.repeat(OPSETS.length + 1)}`)
    const onGpu = OPSETS.map(() => 0)
    const everywhere: string[] = []
    for (const [name, make] of CASES) {
      if (words.length > 0 && !words.some((word) => name.includes(word))) continue
      const { gpu, wasm } = await measured(page, name, make)
      gpu.forEach((cell, at) => {
        if (cell === GPU) onGpu[at] = (onGpu[at] ?? 0) + 1
      })
      if (wasm === RUNS && gpu.every((cell) => cell === GPU)) everywhere.push(name)
      else console.log(`| ${name} | ${gpu.join(' | ')} | ${wasm} |`)
    }
    console.log(`| all that run on the GPU | ${onGpu.join(' | ')} | |`)
    console.log(`\nOn the GPU at every opset: ${everywhere.join(', ')}.`)
  } finally {
    await page.close()
  }
}

const GPU = 'GPU'
const RUNS = 'runs'

/** What became of a case: on WebGPU by opset, and on wasm. */
async function measured(
  page: RuntimePage,
  name: string,
  make: Make,
): Promise<{ gpu: string[]; wasm: string }> {
  const [gpu, wasm]: [string[], string[]] = [[], []]
  for (const opset of OPSETS) {
    const model = placedModel(name, make, opset)
    const [onGpu, onCpu] = [await page.run(model, 'webgpu'), await page.run(model, 'wasm')]
    gpu.push(placed(model.op, onGpu, onCpu))
    wasm.push(onCpu.error === undefined ? RUNS : reason(onCpu.error))
  }
  const [first = ''] = wasm
  const alike = wasm.every((cell) => cell === first)
  return { gpu, wasm: alike ? first : wasm.map((cell, at) => `${OPSETS[at]}: ${cell}`).join('; ') }
}

/** `GPU` where every kernel but copies ran there, else what ran on the CPU. */
function placed(op: string, gpu: Ran, cpu: Ran): string {
  if (gpu.error !== undefined) return reason(gpu.error)
  const onCpu = new Set(
    gpu.kernels
      .filter(([kernel, provider]) => provider === 'CPU' && !kernel.startsWith('Memcpy'))
      .map(([kernel]) => kernel),
  )
  const worst = op.startsWith('Random') || op === 'Bernoulli' ? 0 : furthest(gpu.outputs, cpu.outputs)
  const differs = worst > TOLERANCE ? `, differs by ${worst.toPrecision(2)}` : ''
  return (onCpu.size === 0 ? GPU : `CPU: ${[...onCpu].join(', ')}`) + differs
}

/** onnxruntime's words for what is told apart here; where no provider has a kernel, WebGPU's sessions fail an assertion. */
function reason(error: string): string {
  if (/Could not find an implementation|Provider type for .* is not set/.test(error)) return 'no kernel'
  return `fails: ${error.split('Status Message: ').at(-1)?.trim().split('\n')[0]}`
}

function furthest(a: Ran['outputs'], b: Ran['outputs']): number {
  const wanted = b.flat()
  return Math.max(
    0,
    ...a.flat().map((value, at) => (Object.is(value, wanted[at]) ? 0 : Math.abs(value - (wanted[at] ?? 0)))),
  )
}
