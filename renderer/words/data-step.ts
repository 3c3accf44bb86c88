/** Data of another major version of PostgreSQL, at its service. */
export const sayDataMajor = {
  title: 'Data of another version',
  open: (to: number) => `Bring to PostgreSQL ${to}…`,
  again: 'Go on…',
  ask: (title: string, to: number) => `Bring the data of ${title} to PostgreSQL ${to}?`,
  go: 'Bring over',
  runs: 'Bringing the data over…',
  done: (title: string, to: number) => `The data of ${title} is of PostgreSQL ${to} now.`,
  compared: (says: string) => `Compared: ${says}.`,
  kept: (from: string, to: string) => `What ${from} held until now is kept as ${to}.`,
} as const
