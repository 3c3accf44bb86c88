import { sayAll, sayBytes, sayCount, sayDuration, sayMany, sayPart } from '../../main/model/say.ts'

/** The images. */
export const sayImages = {
  list: 'Images',
  getting: 'Downloading the images',
  paused: 'The download is paused',
  sizeUnknown: 'size unknown',
  before: (missing: number, all: number) =>
    missing === all
      ? `${sayMany(all, 'image', ['is', 'are'])} downloaded once; starting needs no network afterwards.`
      : `${sayPart(missing, all, 'image', ['is', 'are'])} missing; ${all - missing === 1 ? 'the other is' : 'the others are'} here.`,
  here: (count: number) => `${sayAll(count, 'image', ['is', 'are'])} here.`,
  progress: (parts: {
    readonly bytes: number
    readonly total: number
    readonly atLeast: boolean
    readonly rate: number
    readonly sinceMs: number
    readonly leftMs: number | undefined
  }) =>
    [
      `${sayBytes(parts.bytes)} of ${parts.atLeast ? 'at least ' : ''}${sayBytes(parts.total)}`,
      ...(parts.rate >= 500 ? [`${sayBytes(parts.rate)}/s`] : []),
      ...(parts.sinceMs < 1000 ? [] : [`${sayDuration(parts.sinceMs)} so far`]),
      ...(parts.leftMs === undefined || parts.leftMs < 1000
        ? []
        : [`about ${sayDuration(parts.leftMs)} left`]),
    ].join(', '),
  goesOn: 'You can close this window; the download continues.',
  resumes: 'What is here stays; it continues where it stopped.',
  bar: 'All images',
  get: 'Download the images',
  goOn: 'Continue',
  pause: 'Pause',
  again: 'Try again',
  onDisk: (bytes: number) => sayBytes(bytes),
  ofBytes: (bytes: number, total: number) => `${sayBytes(bytes)} of ${sayBytes(total)}`,
  rate: (rate: number) => (rate < 500 ? '–' : `${sayBytes(rate)}/s`),
  status: {
    here: 'here',
    done: 'done',
    waiting: 'waiting',
    missing: 'missing',
    asking: 'asking',
    extracting: 'unpacking',
    failed: 'failed',
    paused: 'paused',
  },
  stalled: (ms: number) => `no data for ${Math.round(ms / 1000)} s`,
  failed: (count: number) => `${sayCount(count, 'image')} cannot be downloaded`,
  notPulled: 'The images cannot be downloaded',
  withFirstStart: 'Skip this, and the first start downloads what it needs.',
} as const

/** The first start. */
export const sayStart = {
  list: 'Services and their ladders',
  columns: { service: 'Service', ladder: 'N A F C S', now: 'Now' },
  ladderName: 'Name, address, forwarder, container, service',
  /** `all`: the rows beneath, of which some may not be set up. */
  before: (count: number, all: number) =>
    `${count === all ? sayMany(count, 'service', ['starts', 'start']) : sayPart(count, all, 'service', ['starts', 'start'])}${count > 1 ? ' in the order in which they need each other' : ''}.${count === all ? '' : ` What is not set up is left out.`} Each ladder fills in from name to service.`,
  going: 'Starting the services',
  count: (works: number, all: number) => `${works} of ${all} ${works === 1 ? 'answers' : 'answer'}`,
  since: (ms: number) => `${sayDuration(ms)} so far`,
  all: 'Start everything',
  rest: 'Start the rest',
  cancel: 'Cancel the start',
  answered: (ms: number) => `answers in ${sayDuration(ms)}`,
  answers: 'answers',
} as const

/** The end. */
export const sayDone = {
  says: 'Open one of these first. Quitting leaves the services running.',
  saysLeft: (count: number) => `${sayCount(count, 'step')} left out; everything else works.`,
  nothingYet: 'No service answers yet; start them first.',
  first: 'Open first',
  home: 'Home page',
  homeSays: 'All services on one page, with their states',
  openOf: (title: string) => `Open ${title}`,
  /** The first of its sentences; the rest is on the page of the service. */
  signInFirst: (says: string) => says.replace(/^(.*?[.!?]) .*$/s, '$1'),
  how: 'How to sign in',
  howOf: (title: string) => `How to sign in (${title})`,
  signIn: (user: string) => `Sign in as ${user}; the password:`,
  passwordOf: (title: string) => `the password of ${title}`,
  notYet: (count: number) =>
    `${sayMany(count, 'step', ['is', 'are'])} not done yet. What works already is below.`,
  open: 'Still to do',
  lines: 'In a terminal',
  line: (title: string) => `the line for ${title}`,
  left: 'Left out',
  comeBack: 'Come back',
  comeBackTo: (title: string) => `Come back to ${title}`,
  strings: 'Connection strings',
  stringsSays:
    'Addresses, users and passwords of every service, as variables. They are also on each service’s own page.',
  show: 'Show connection strings',
  hide: 'Hide them',
  value: (name: string) => `value of ${name}`,
  none: 'No service has any.',
  unread: 'The connection strings cannot be read',
  later: 'Next steps',
  laterSays:
    'Files and settings that were changed on this machine are listed under Changes and can be put back there, installed packages too.',
  changes: 'See the changes',
  close: 'Go to the services',
} as const
