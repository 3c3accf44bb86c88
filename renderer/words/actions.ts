import { sayCount, sayMany } from '../../main/model/say.ts'

/** What is said of things a person did. */
export const sayActions = {
  allServices: 'all services',
  services: (count: number) => sayCount(count, 'service'),
  start: (title: string) => `Start ${title}`,
  stop: (title: string) => `Stop ${title}`,
  restart: (title: string) => `Restart ${title}`,
  open: (title: string) => `Open ${title}`,
  startFailed: (title: string) => `${title} cannot be started`,
  stopFailed: (title: string) => `${title} cannot be stopped`,
  restartFailed: (title: string) => `${title} cannot be restarted`,
  updateFailed: (title: string) => `${title} was not updated`,
  fixFailed: (label: string) => `${label}: not done`,
  others: (count: number) => `${sayMany(count, 'other service', ['has', 'have'])} the same problem.`,
  openFailed: (title: string) => `${title} cannot be opened`,
  explore: (title: string) => `Grafana Explore for ${title}`,
  exploreFailed: 'Grafana Explore cannot be opened',
  noBrowser: (url: string) =>
    `${url} is not for a browser. Copy it into the program that speaks its protocol.`,
  strings: (text: string) => sayCount(text.split('\n').length, 'connection string'),
  linkCopied: 'Link copied',
  copyFailed: 'Nothing was copied',
  lookFailed: 'The check did not start',
  cancelFailed: 'It was not cancelled',
  leaveFailed: 'The application is still open',
} as const
