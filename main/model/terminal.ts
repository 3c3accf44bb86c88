/** Words for a terminal in the container or pod of a service. */

/** shell: bash, else sh. sql: psql, where the service is a PostgreSQL. */
export const terminalKinds = ['shell', 'sql'] as const
export type TerminalKind = (typeof terminalKinds)[number]

/** The least and the most that a terminal is made with (characters). */
export const LEAST_COLUMNS = 2
export const MOST_COLUMNS = 500
export const MOST_ROWS = 200

export interface TerminalWish {
  readonly kind: TerminalKind
  readonly columns: number
  readonly rows: number
  /** Another program than that of `kind`, by argv; no page can ask for one. */
  readonly argv?: readonly string[]
}

/** Where a terminal is: what a person is told above it. */
export interface TerminalPlace {
  /** "shell", "psql" */
  readonly program: string
  /** The container's name, or the pod's. */
  readonly where: string
}

/** Bytes that a program printed, and to which of its outputs. */
export interface PipedPiece {
  readonly from: 'out' | 'err'
  readonly data: Uint8Array
}

/** How a terminal ended. */
export interface TerminalEnd {
  /** Null: nobody knows. */
  readonly code: number | null
  /** One line for a person. */
  readonly says: string
}

/**
 * The shell that an image has: bash where it is there. Fixed text, no data becomes part of it. A shell of the image reads its
 * own start files, as `docker exec` does.
 */
export const SHELL_ARGV: readonly string[] = [
  'sh',
  '-c',
  'if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi',
]

/** In words for a person how the program of a terminal ended; `title`: of the service, `program`: what was asked for. */
export function sayTerminalEnd(code: number | null, program: string, title: string): TerminalEnd {
  if (code === null) return { code, says: `${program} in ${title} ended.` }
  if (code === 0) return { code, says: `${program} ended.` }
  if (code === 126 || code === 127)
    return {
      code,
      says: `${program} could not be run in ${title}: its image does not have it (exit code ${code}).`,
    }
  if (code > 128 && code < 160) return { code, says: `${program} was ended by signal ${code - 128}.` }
  return { code, says: `${program} ended with exit code ${code}.` }
}
