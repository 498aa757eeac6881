import { ModelError } from '../errors/index.ts'

/**
 * How onnxruntime names the node at fault: each pattern's groups are `op` and `name`, whichever it says. A failed
 * assertion inside a kernel (ORT_ENFORCE) names none in the wasm build.
 */
const NODE_PATTERNS: readonly RegExp[] = [
  /running (?<op>\w+) node\. Name:'(?<name>[^']*)'/,
  /Node \((?<name>[^)]*)\) Op \((?<op>\w+)\)/,
  /implementation for (?<op>\w+)\(\d+\) node with name '(?<name>[^']*)'/,
  /\((?:op_type:)?(?<op>\w+), node name: (?<name>[^)]*)\)/,
  /node \((?<name>[^()]*)\)/i,
  /No Op registered for (?<op>\w+)/,
]

/** What the binding and the C++ status put around the sentence that matters. */
const NOISE: readonly RegExp[] = [
  /^.*ERROR_MESSAGE: /s,
  /^Can't create a session\.\s*/,
  /^Non-zero status code returned while running .*? Status Message: /s,
  // A failed assertion with a message of its own: source file, function and condition say nothing to a user.
  /^\S+\.(?:cc|h):\d+ .*? was false\.\s+(?=\S)/s,
  /^\S+\.(?:cc|h):\d+ (?:[^()]*\([^()]*\)(?: const)? |\w+ )/,
  /\/\S*?\/onnxruntime\/(?=core|contrib)/g,
]

/** A kernel that is not there, or that finds out at a run. */
const MISSING_KERNEL = /implementation for \w+\(\d+\)|operator does not support double/

const NO_KERNEL =
  'Its wasm build has no kernel of that operator for the element types there, most often float64: make the model in float32'

/** A failure of onnxruntime as the project's own error: the node named where onnxruntime says it. */
export function engineError(doing: string, cause: unknown): ModelError {
  if (cause instanceof ModelError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  const node = nodeOf(message)
  return new ModelError('ENGINE_FAILED', {
    what: `onnxruntime-web cannot ${doing}`,
    where: node === undefined ? undefined : { node },
    why: NOISE.reduce((text, noise) => text.replace(noise, ''), message).trim(),
    next: MISSING_KERNEL.test(message) ? NO_KERNEL : undefined,
    cause,
  })
}

function nodeOf(message: string): string | undefined {
  for (const pattern of NODE_PATTERNS) {
    const groups = pattern.exec(message)?.groups
    if (groups) return [groups['op'], groups['name']].filter(Boolean).join(' ')
  }
  return undefined
}
