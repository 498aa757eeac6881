import type { Command } from 'commander'

/** One command of the CLI. */
export interface CliCommand {
  readonly name: string
  /** Adds it to the program. */
  readonly register: (program: Command) => void
}
