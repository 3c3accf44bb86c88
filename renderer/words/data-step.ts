/** Data of another major version of PostgreSQL, at its service. */
export const sayDataMajor = {
  title: 'Data of an older PostgreSQL',
  titleDone: 'Data upgraded',
  open: (to: number) => `Upgrade to PostgreSQL ${to}…`,
  again: 'Continue…',
  ask: (title: string, to: number) => `Upgrade the data of ${title} to PostgreSQL ${to}?`,
  go: 'Upgrade the data',
  runs: 'Upgrading the data…',
  done: (title: string, to: number) => `The data of ${title} was upgraded to PostgreSQL ${to}.`,
  compared: (says: string) => `Compared: ${says}.`,
} as const
