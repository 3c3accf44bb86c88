import { sayPlace } from '../model/errno.ts'

/** Errors of the kernel that say that nothing can be written in a place, whatever is tried. */
const NO_WRITING = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM'])

/** The kernel's name of an error: "ENOSPC". Errors that were given words keep theirs in their cause. */
export function codeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as NodeJS.ErrnoException
    if (code !== undefined) return code
  }
  return undefined
}

/** Whether it was the place that kept something from being written: a full or read-only disk, missing permission. */
export function isNoWriting(error: unknown): boolean {
  return NO_WRITING.has(codeOf(error) ?? '')
}

/** Why nothing could be written below `folder`, and what to do. */
export function sayObstacle(error: unknown, folder: string): { readonly why: string; readonly todo: string } {
  return (
    sayPlace(codeOf(error) ?? '', folder) ?? {
      why: error instanceof Error ? error.message : String(error),
      todo: 'Free some space or allow writing there, then try again.',
    }
  )
}
