/** What one reset moved aside: volumes that belong together. */
export interface KeptCopy {
  /** "20261124-0712", as the names of the volumes tell it, in local time; with a number behind it where there are several. */
  readonly at: string
  readonly volumes: readonly { readonly from: string; readonly to: string }[]
}

/** Groups copies by the time in their names, newest first; what has another name is a group of its own. */
export function keptCopiesOf(
  copies: readonly { readonly from: string; readonly to: string }[],
): readonly KeptCopy[] {
  const groups = new Map<string, { readonly from: string; readonly to: string }[]>()
  for (const copy of copies) {
    const at = copy.to.startsWith(`${copy.from}_before-`)
      ? copy.to.slice(copy.from.length + '_before-'.length)
      : copy.to
    groups.set(at, [...(groups.get(at) ?? []), copy])
  }
  return [...groups]
    .map(([at, volumes]) => ({ at, volumes }))
    .sort((one, two) => two.at.localeCompare(one.at, 'en', { numeric: true }))
}

/** "24 Nov 2026, 07:12" of what `at` says; as it stands where it says no time. */
export function sayKeptAt(at: string): string {
  const match = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)/.exec(at)
  if (!match) return at
  const [, year, month, day, hour, minute] = match
  return `${year}-${month}-${day} ${hour}:${minute}`
}
