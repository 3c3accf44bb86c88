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
  switch (codeOf(error) ?? '') {
    case 'ENOSPC':
      return {
        why: `The disk of ${folder} is full.`,
        todo: `Make room: df -h ${folder} and df -i ${folder} tell what is used.`,
      }
    case 'EDQUOT':
      return {
        why: `Your quota on the disk of ${folder} is used up.`,
        todo: 'Remove something of yours there, or have the quota raised.',
      }
    case 'EROFS':
      return {
        why: `The disk of ${folder} is read-only.`,
        todo: 'After a fault of the disk Linux makes it so: dmesg tells. Mount it for writing again.',
      }
    case 'EACCES':
    case 'EPERM':
      return {
        why: `${folder} does not let you write.`,
        todo: `ls -ld ${folder} tells who may. A folder that root made there is given back by: sudo chown -R "$USER" ${folder}`,
      }
    case 'ENOTDIR':
    case 'EEXIST':
      return {
        why: `Something that is no folder stands in the way of ${folder}.`,
        todo: 'Move it away, then try again.',
      }
    default:
      return {
        why: error instanceof Error ? error.message : String(error),
        todo: 'Make room or allow writing there, then try again.',
      }
  }
}
