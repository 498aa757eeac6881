import fs from 'node:fs'
import type { InferenceSession } from 'onnxruntime-web'
import { ModelError } from '../errors/index.ts'

/** One kernel that ran, once a run and node, in order. */
export interface KernelEvent {
  /** Operator after onnxruntime's own fusions: `DynamicQuantizeMatMul`, `FusedConv`. */
  readonly op: string
  readonly node: string
  /** Execution provider: `CPUExecutionProvider` on wasm. */
  readonly provider: string
  readonly microseconds: number
}

/**
 * Ends a session's profiling and gives the kernels that ran.
 *
 * The wasm build has no file to write a profile to: it prints Chrome-trace JSON, which under Node goes to
 * `fs.writeSync(1, …)` and would mix with the program's own output. `endProfiling` is synchronous, so for its length
 * alone that function is ours.
 */
export function endProfiling(session: InferenceSession): KernelEvent[] {
  const printed = captureStdout(() => session.endProfiling())
  const events: unknown = JSON.parse(printed)
  if (!Array.isArray(events)) throw unexpected('it is not a list')
  return events.filter(isKernelEvent).map(({ name, dur, args }) => ({
    op: args.op_name,
    node: name.slice(0, -KERNEL_SUFFIX.length),
    provider: args.provider ?? '',
    microseconds: dur,
  }))
}

const KERNEL_SUFFIX = '_kernel_time'
const STDOUT = 1

function captureStdout(action: () => void): string {
  const original = fs.writeSync
  const lines: string[] = []
  const capture = (...args: Parameters<typeof fs.writeSync>): number => {
    const [descriptor, text] = args
    if (descriptor !== STDOUT || typeof text !== 'string') return original(...args)
    lines.push(text)
    return Buffer.byteLength(text)
  }
  Object.assign(fs, { writeSync: capture })
  try {
    action()
  } finally {
    Object.assign(fs, { writeSync: original })
  }
  return lines.join('')
}

interface TraceEvent {
  readonly name: string
  readonly dur: number
  readonly args: { readonly op_name: string; readonly provider?: string }
}

function isKernelEvent(value: unknown): value is TraceEvent {
  if (typeof value !== 'object' || value === null) return false
  const { name, dur, args }: { name?: unknown; dur?: unknown; args?: unknown } = value
  return (
    typeof name === 'string' &&
    name.endsWith(KERNEL_SUFFIX) &&
    typeof dur === 'number' &&
    typeof args === 'object' &&
    args !== null &&
    'op_name' in args &&
    typeof args.op_name === 'string'
  )
}

const unexpected = (why: string): ModelError =>
  new ModelError('ENGINE_FAILED', { what: 'The profile that onnxruntime-web printed is not understood', why })
