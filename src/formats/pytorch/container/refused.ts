import { ModelError } from '../../../errors/index.ts'
import type { TorchFormat } from './recognise.ts'

interface Refusal {
  readonly code: 'NOT_BUILT_YET' | 'UNSUPPORTED_FORMAT'
  /** Completes "net.pt2 is …". */
  readonly is: string
  readonly why?: string
  readonly next: string
}

const EXPORT_AGAIN =
  'Save the model with torch.jit.trace(model, example).save("net.pt") and convert that file'

/** Formats that are known and not read, and what their owner can do. */
export const REFUSALS: Partial<Record<TorchFormat, Refusal>> = {
  aotinductor: {
    code: 'UNSUPPORTED_FORMAT',
    is: 'a package of compiled code (AOTInductor)',
    why: 'It holds machine code and no graph that could be converted',
    next: EXPORT_AGAIN,
  },
  'torch-package': {
    code: 'UNSUPPORTED_FORMAT',
    is: 'a torch.package archive',
    why: 'Its model is Python code that only Python can run',
    next: EXPORT_AGAIN,
  },
  'torchscript-1.0': {
    code: 'UNSUPPORTED_FORMAT',
    is: 'a TorchScript archive from before PyTorch 1.4',
    next: 'Load it with torch.jit.load and save it again with a current PyTorch',
  },
  executorch: {
    code: 'UNSUPPORTED_FORMAT',
    is: 'an ExecuTorch program (.pte)',
    why: 'It is compiled for a device and has no graph that could be converted',
    next: EXPORT_AGAIN,
  },
  'torch-mobile': {
    code: 'UNSUPPORTED_FORMAT',
    is: 'a mobile model in FlatBuffer form (.ptl)',
    why: 'It holds bytecode and not the source that TorchScript archives carry',
    next: EXPORT_AGAIN,
  },
}

/** @throws ModelError NOT_BUILT_YET or UNSUPPORTED_FORMAT for a format in the table. */
export function refuseTorchFormat(file: string, format: TorchFormat): void {
  const refusal = REFUSALS[format]
  if (!refusal) return
  const { code, is, why, next } = refusal
  throw new ModelError(code, { what: `${file} is ${is}`, why, next })
}
