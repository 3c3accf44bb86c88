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

/** What the programs that start containers say of one that an image does not have, and of one that they cannot start (runc, crun). */
const MISSING = /executable file not found|(?:exec|stat) \S+: no such file or directory/
const UNSTARTED = /OCI runtime exec failed|unable to start container process/
/** Docker's codes for it are those of shells; kubectl has one code for all that a node refuses. */
const STARTS_NOT: ReadonlySet<number | null> = new Set([1, 126, 127])

/**
 * In words for a person how the program of a terminal ended; `title`: of the service, `program`: what was asked for, `first`: what
 * came first of it. A code alone does not tell that a program is missing: a shell ends with that of its last command.
 */
export function sayTerminalEnd(code: number | null, program: string, title: string, first = ''): TerminalEnd {
  if (code === null) return { code, says: `${program} in ${title} ended.` }
  if (code === 0) return { code, says: `${program} ended.` }
  if (STARTS_NOT.has(code) && MISSING.test(first))
    return {
      code: 127,
      says: `${program} could not be run in ${title}: its image does not have it (exit code 127).`,
    }
  if (STARTS_NOT.has(code) && UNSTARTED.test(first))
    return { code: 126, says: `${program} could not be run in ${title} (exit code 126).` }
  if (code > 128 && code < 160) return { code, says: `${program} was ended by signal ${code - 128}.` }
  return { code, says: `${program} ended with exit code ${code}.` }
}
