import type { Command } from 'commander'
import type { Face } from '../face.ts'

export const WORDS = '[service|tier|@set...]'

export const WORDS_SAY =
  'services or tiers, by id, title or name (grafana, "Registry UI", s3, observability), or sets of yours (@frontend); none: all'

export function examples(...lines: readonly (readonly [command: string, says: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length))
  return [
    '',
    'Examples:',
    ...lines.map(([command, says]) => `  $ maculactl ${command.padEnd(width)}  ${says}`.trimEnd()),
  ].join('\n')
}

/** What a command does with the face; its number is the exit code. */
export type Work<Options> = (face: Face, words: readonly string[], options: Options) => Promise<number>

/** How commands are put into the program. */
export interface Adding {
  /** One more command of the group that is filled now. */
  readonly add: (name: string, says: string) => Command
  /** What it does when it is called. */
  readonly act: <Options extends object>(work: Work<Options>) => (...passed: unknown[]) => Promise<void>
}
