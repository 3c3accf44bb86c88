import type { Access, ServiceView } from '../../main/model/snapshot.ts'
import { sayCount, sayList, sayMany } from '../../main/model/say.ts'

/** Home. */
export const sayServices = {
  heading: 'Services',
  list: 'Services by tier',
  columns: { service: 'Service', name: 'Name', address: 'Address', answer: 'Answer' },
  noAnswer: '–',
  startAll: 'Start all',
  stopAll: 'Stop all…',
  cancelRun: 'Cancel',
  more: 'Start all, stop all',
  setUp: 'Set up…',
  checkAgain: 'Check again',
  start: 'Start',
  stop: 'Stop',
  startNamed: (title: string) => `Start ${title}`,
  stopNamed: (title: string) => `Stop ${title}`,
  restart: (title: string) => `Restart ${title}`,
  open: (title: string) => `Open ${title}`,
  copyAddress: (title: string) => `Copy address of ${title}`,
  logs: (title: string) => `Logs of ${title}`,
  fold: (title: string, open: boolean) => `${open ? 'Collapse' : 'Expand'} ${title}`,
  moreFor: (title: string) => `More for ${title}`,
  copyMenu: (title: string) => `Copy from ${title}`,
  /** `word`: what the row's button shows. */
  fix: (word: string, title: string, label: string) => `${word.replace(/…$/, '')} ${title}: ${label}`,
  fixNow: 'Fix',
  fixAsks: 'Fix…',
  fixLog: 'Log',
  fixHow: 'How',
  moreAddresses: (count: number) => sayCount(count + 1, 'address', 'addresses'),
  filter: 'Filter services',
  filterShort: 'Filter',
  filterSays: 'By name, address, tier, state, or @set',
  filterNone: (filter: string) => `No service matches “${filter}”`,
  filterClear: 'Show all services',
  filterCount: (shown: number, all: number) => `${shown} of ${sayCount(all, 'service')} shown`,
  filterLine: 'Filter services…',
  noName: 'no name of its own',
  insideDocker: 'inside Docker only',
  noAddress: '–',
  up: (duration: string) => `up ${duration}`,
  missedBy: (who: readonly string[]) =>
    `stopped; ${sayList(who, 2)} ${who.length === 1 ? 'misses' : 'miss'} it`,
  waitsFor: (says: string) => `starting, ${says}`,
  byName: 'name slow',
  copied: (text: string) => `copied ${text}`,
  accessTip: (access: Access, opens: boolean) => `${opens ? 'Open' : 'Copy'} ${access.url}`,
  menu: {
    open: 'Open',
    activity: 'Activity',
    explore: 'Logs in Grafana',
    restart: 'Restart',
    start: 'Start',
    stop: 'Stop',
    copyUrl: 'Copy URL',
    copyAddress: 'Copy address',
    copyStrings: 'Copy connection strings',
    copyLink: 'Copy link to this service',
    logs: 'Logs',
    details: 'Details',
    copy: 'Copy address',
  },
  noStrings: (title: string) => `${title} has no connection strings`,
  noStringsSays: 'Its address is all there is to copy.',
} as const

/** The summary's words where the window knows more than the engine's sentence: what can be clicked. */
export const saySummary = {
  loading: 'Checking the services',
  loadingMore: 'Names, addresses and containers are checked at the same time; this takes about a second.',
  stopped: 'All services are stopped',
  stoppedMore: 'Start all starts each service after those it needs.',
  names: (took: string) => `Names answer in ${took}.`,
  started: (when: string) => `Last start ${when}.`,
  none: 'No services',
  noneMore: 'The catalog has none that can be read.',
} as const

/** The explanation strip. */
export const sayStrip = {
  label: 'Explanation',
  problem: (at: number, of: number) => `Problem ${at} of ${of}`,
  previous: 'Previous problem',
  next: 'Next problem',
  address: 'Address',
  lastAnswer: 'Last answer',
  dependsOn: 'Depends on',
  worksToo: (url: string) => `${url} works too`,
  onlyWay: 'The only address.',
  noWay: 'It can be reached only from inside Docker.',
  nameTook: (name: string, page: string) => `Name ${name}, answer ${page}.`,
  answerTook: (page: string) => `Answer ${page}.`,
  upSince: (when: string) => `Up since ${when}.`,
  needs: (titles: readonly string[]) => `${sayList(titles)}.`,
  needsNothing: 'Nothing.',
  /** Who fails without it, and who only misses it: what the question before a stop says too. */
  neededBy: (needing: readonly string[], using: readonly string[], title: string) =>
    [
      ...(needing.length === 0
        ? []
        : [`${sayList(needing)} ${needing.length === 1 ? 'depends' : 'depend'} on it.`]),
      ...(using.length === 0 ? [] : [`${sayList(using)} ${using.length === 1 ? 'uses' : 'use'} it.`]),
    ].join(' ') || `Nothing depends on ${title}.`,
  open: 'Open',
  details: 'Details',
  restart: 'Restart',
  /** "Restart" for "Restart PowerDNS database", where its title stands beside and the whole would not fit. */
  shortly: (label: string, title: string) =>
    label.length > 16 && label.endsWith(` ${title}`) ? label.slice(0, -title.length - 1) : label,
  copyCommand: 'Copy command',
  copyAddress: 'Copy address',
  showLog: 'Show log',
  notes: { failed: 'Not done', told: 'By hand' },
  inTerminal: (command: string) => `In a terminal: ${command}`,
  hits: (titles: readonly string[]) => `affects ${sayList(titles, 4)}`,
  stoppedWhat: (title: string) => `${title} is stopped.`,
  stoppedWhy: 'It has not been started.',
  stoppedTodo: (title: string) => `Start ${title}. Its data is unchanged.`,
  movingWhat: (title: string, state: string) => `${title} is ${state}.`,
  movingWhy: 'You or another program asked for it.',
  movingTodo: 'Nothing: this row updates itself.',
  alert: (severity: string, count: number) =>
    count === 1 ? `${severity} alert` : `${severity} alert, 1 of ${count}`,
  alertSinceHead: 'Since',
  alertSince: (when: string) => `${when}, by a Prometheus rule`,
  alertMeans: 'What it means',
  calm: 'Nothing needs your attention',
  calmBeside: (count: number) => sayMany(count, 'service', ['can be reached', 'can be reached']),
  calmChoose: 'Choose',
  calmChooseSays: 'Select a service with the arrow keys or a click; its details appear here.',
  calmRun: 'Find or run',
  calmRunSays: (key: string) => `${key} finds every service and every action.`,
  calmKeys: 'Keys',
  calmKeysSays: '? lists all shortcuts.',
  firstTitle: 'Nothing runs yet',
  firstBeside: 'on this machine',
  firstWhat: 'No service has been started yet.',
  firstWhy: 'Names, low ports and images are set up once; each step shows its changes before it makes them.',
  firstTodo: 'Go through set-up. Or start all now: services then open by address.',
  offTitle: 'Nothing runs',
  offWhat: 'All services are stopped. Their data is unchanged.',
  offWhy: 'They were stopped here, in the tray or with maculactl down.',
  offTodo: 'Start all, a tier, or one service: what it needs is started with it.',
  catalogTitle: (service: string) => `Service folder ${service}`,
  catalogWhat: (service: string) => `${service} was left out; the other services work.`,
  catalogWhy: (file: string, line: number, reason: string) =>
    `${file}${line > 0 ? `, line ${line}` : ''}: ${reason}`,
  catalogTodo: 'Repair the file; it is read again within seconds.',
} as const

/** What a screen reader says of a row as a whole. */
export function sayRow(view: ServiceView, state: string): string {
  return view.reason === '' || view.reason === state
    ? `${view.title}: ${state}`
    : `${view.title}: ${state}, ${view.reason}`
}
