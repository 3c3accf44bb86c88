import { errnoTrouble } from './errno.ts'
import type { ErrorKind, Trouble } from './trouble.ts'

export type { ErrorKind, Trouble } from './trouble.ts'

/** An error that a person can read; crosses every border as its `trouble`. */
export class MaculaError extends Error {
  readonly trouble: Trouble
  constructor(trouble: Trouble, options?: { cause?: unknown }) {
    super([trouble.what, trouble.why, trouble.todo].filter(Boolean).join(' '), options)
    this.name = 'MaculaError'
    this.trouble = trouble
  }
}

/** A program was asked and said no: what it was asked for is not done. Of any other error nobody knows that. */
export class Refusal extends MaculaError {}

/**
 * Whatever was thrown, as words: what the system refused by its code; all other unknown errors become kind `internal` with
 * their message as the why.
 */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof MaculaError) return error.trouble
  const told = errnoTrouble(error)
  if (told) return told
  const message = error instanceof Error ? error.message : String(error)
  return { kind: 'internal', what: 'Macula ran into an error that it does not know.', why: message }
}

/** The exit code of the command line for a failure (documented in docs/cli.md). */
export function exitCodeOf(kind: ErrorKind): 1 | 2 | 3 | 4 {
  switch (kind) {
    case 'usage':
    case 'invalid':
      return 2
    case 'refused':
      return 3
    case 'outside':
      return 4
    case 'busy':
    case 'failed':
    case 'internal':
      return 1
  }
}
