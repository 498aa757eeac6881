import { ModelError } from '../../../errors/index.ts'
import type { ByteSource } from '../../../graph/bytes/index.ts'
import type { UnpickleOptions } from './constructor.ts'
import { PickleMachine } from './machine.ts'
import { OPCODES, STOP } from './opcodes.ts'
import { PickleReader } from './reader.ts'
import { TORCH_CONSTANTS, TORCH_CONSTRUCTORS } from './torch-constructors.ts'
import type { PickleValue } from './value.ts'

/** A model of 10,000 tensors needs some 500,000; each costs tens of bytes of memory at most. */
const MAX_OPCODES = 16_000_000

/**
 * The value of the pickle that begins at `offset`, and the offset behind it (old files hold several in a row).
 * Protocols 0 to 5. Nothing is executed: what the pickle would call becomes a value where we know how to make it, and an
 * inert record of names and arguments where we do not.
 *
 * @throws ModelError CORRUPT_FILE or TRUNCATED_FILE with the byte of the damage, LIMIT_EXCEEDED, UNSUPPORTED_CONSTRUCT.
 */
export function unpickleAt(
  source: ByteSource,
  offset: number,
  options: Partial<UnpickleOptions> = {},
): { value: PickleValue; end: number } {
  const reader = new PickleReader(source, offset)
  const machine = new PickleMachine(reader, {
    constructors: TORCH_CONSTRUCTORS,
    constants: TORCH_CONSTANTS,
    ...options,
  })
  try {
    run(machine)
    return { value: machine.pop(), end: reader.position }
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    throw error.at({ file: `${source.name}, byte ${machine.opcodeAt}` })
  }
}

/** The value of a source that holds one pickle. */
export const unpickle = (source: ByteSource, options?: Partial<UnpickleOptions>): PickleValue =>
  unpickleAt(source, 0, options).value

function run(machine: PickleMachine): void {
  const { reader } = machine
  for (let count = 0; count < MAX_OPCODES; count++) {
    machine.opcodeAt = reader.position
    const code = reader.u8()
    const opcode = OPCODES[code]
    machine.opcode =
      code === STOP ? 'STOP' : (opcode?.name ?? `opcode 0x${code.toString(16).padStart(2, '0')}`)
    if (code === STOP) return
    if (!opcode) throw machine.damaged('does not exist')
    opcode.run(machine)
  }
  throw new ModelError('LIMIT_EXCEEDED', {
    what: `${reader.source.name} runs more than ${MAX_OPCODES} opcodes, which no model needs`,
  })
}
