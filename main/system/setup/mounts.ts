/** One line of /proc/self/mountinfo, as far as it matters here. */
export interface Mount {
  readonly at: string
  readonly isReadOnly: boolean
}

/** The mounts that this process sees, in the order they were made; the later hides the earlier. */
export function mountsOf(mountinfo: string | undefined): readonly Mount[] {
  return (mountinfo ?? '').split('\n').flatMap((line) => {
    const fields = line.split(' ')
    const at = fields[4]
    const end = fields.indexOf('-', 6)
    if (at === undefined || end < 0) return []
    // The mount's own options, and those of its file system: a disk that failed becomes read-only as a whole.
    const options = `${fields[5] ?? ''},${fields[end + 3] ?? ''}`.split(',')
    return [{ at: unescape(at), isReadOnly: options.includes('ro') }]
  })
}

/** The kernel writes blanks and backslashes of a path as octal numbers. */
function unescape(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
}

/** Whether something is mounted over exactly this path. */
export function isMounted(mounts: readonly Mount[], path: string): boolean {
  return mounts.some(({ at }) => at === path)
}

/** The mount that a path lies on. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  let found: Mount | undefined
  for (const mount of mounts) {
    const isAbove = mount.at === '/' || path === mount.at || path.startsWith(`${mount.at}/`)
    if (isAbove && mount.at.length >= (found?.at.length ?? 0)) found = mount
  }
  return found
}
