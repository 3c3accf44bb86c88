import type { Trouble } from './trouble.ts'

/** Some twenty-five names, forwarders and answers are asked side by side, each over a file of its own, and Docker beside them. */
export const ENOUGH_FILES = 256

/** How many files this process has open, and may open at once. */
export interface FilesSeen {
  readonly open: number
  readonly most: number
}

/** The words for a process that may open too few files for what it is to do; undefined: enough, or nobody can tell. */
export function tooFewFiles(seen: FilesSeen | undefined): Trouble | undefined {
  if (seen === undefined || seen.most >= ENOUGH_FILES) return undefined
  return {
    kind: 'outside',
    what: `Macula’s own process may open only ${seen.most} files at once (ulimit -n); it needs ${ENOUGH_FILES}.`,
    why: 'Services are checked in parallel; checks beyond the limit fail although the services work.',
    todo: 'Raise the limit in this terminal (ulimit -n 1024), or for good in /etc/security/limits.conf, then start Macula again.',
  }
}
