/** What kind of failure it is; decides the exit code and what a face offers. */
export type ErrorKind =
  | 'usage' // the call's words are off
  | 'refused' // a person (or policy) said no
  | 'outside' // something outside is missing or down: Docker, a tool, the network
  | 'busy' // another actor holds the lock
  | 'invalid' // a file or value of the person's is wrong
  | 'failed' // we tried and it did not work
  | 'internal' // ours to repair

/** The words of a failure: what happened, why, what to do. One or two plain sentences each. */
export interface Trouble {
  readonly kind: ErrorKind
  readonly what: string
  readonly why?: string
  readonly todo?: string
}

/** An error that a person can read; crosses every border as its `trouble`. */
export class MaculaError extends Error {
  readonly trouble: Trouble
  constructor(trouble: Trouble, options?: { cause?: unknown }) {
    super([trouble.what, trouble.why, trouble.todo].filter(Boolean).join(' '), options)
    this.name = 'MaculaError'
    this.trouble = trouble
  }
}

/** Whatever was thrown, as words; unknown errors become kind `internal` with their message as the why. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof MaculaError) return error.trouble
  const message = error instanceof Error ? error.message : String(error)
  return { kind: 'internal', what: 'Macula met something it does not know.', why: message }
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
