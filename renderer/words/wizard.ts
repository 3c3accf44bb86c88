import type { WizardStep, WizardStepId } from '../../main/model/wizard.ts'
import type { Download } from '../../main/model/download.ts'
import { sayAll, sayBytes, sayCount, sayDuration, sayMany, sayPart } from '../../main/model/say.ts'

/** A step's state as a screen reader says it. */
const states: Readonly<Record<WizardStep['state'] | 'going', string>> = {
  done: 'done',
  todo: 'to do',
  trouble: 'needs attention',
  skipped: 'left out',
  waiting: 'waits',
  going: 'goes on',
}

/** What stands over a step: when it is done, and before. */
const titles: Readonly<Record<WizardStepId, readonly [done: string, open: string]>> = {
  welcome: ['What runs on this machine', 'What runs on this machine'],
  docker: ['Docker is ready', 'Docker is needed first'],
  before: ['Nothing is left of what was here before', 'This machine has an earlier set-up'],
  tools: ['The tools are here', 'Tools are missing'],
  network: ['The network is free', 'The network is not free'],
  review: ['Nothing is left to change', 'Read what will change'],
  password: ['The changes are made', 'Allow the changes once'],
  names: ['Names are set up', 'Names are not set up yet'],
  images: ['The images are here', 'Download the images'],
  start: ['The services answer', 'Start the services'],
  cluster: ['The KinD cluster works', 'A KinD cluster for your applications'],
  done: ['This machine is set up', 'Set-up is not finished'],
}

/** The set-up of this machine. */
export const sayWizard = {
  title: 'Set up this machine',
  steps: 'Set-up steps',
  place: (at: number, of: number) => `Step ${at} of ${of}. You can leave and come back.`,
  states,
  heading: (id: WizardStepId, done: boolean) => titles[id][done ? 0 : 1],
  terminal: 'The same in a terminal:',
  command: 'maculactl setup',
  leave: 'Leave set-up',
  loading: 'Looking at this machine…',
  unread: 'Set-up cannot look at this machine',
  back: 'Back',
  next: 'Next',
  skip: 'Skip this step',
  skipping: 'Skipping…',
  takeUp: 'Include this step again',
  copyCommand: 'Copy as command',
  copyCommands: 'Copy as commands',
  commandName: 'command',
  commandsName: 'commands',
  why: 'Why it is needed',
  cause: 'Why',
  whatFor: 'What it is for',
  todo: 'What to do',
  inTerminal: 'In a terminal',
  undo: 'Undo…',
  subnet: 'Change the container network…',
  waitsFor: 'An earlier step comes first.',
  goTo: (title: string) => `Go to ${title}`,
} as const

/** The welcome: what runs, what it costs, how it is read, and the choice. */
export const sayWelcome = {
  says: (services: number) =>
    `${sayCount(services, 'service')} for development, each in its own container, with its own name and address on this machine.`,
  nothingYet:
    'Nothing is changed or downloaded on this page. Later steps show every change first and ask for your password once.',
  choose: 'What to run',
  option: (id: string) =>
    id === 'all'
      ? 'Everything'
      : id === 'tiers'
        ? 'Only some tiers'
        : id === 'before'
          ? 'What was chosen before'
          : `The set ${id.slice(1)}`,
  services: (count: number) => sayCount(count, 'service'),
  runs: 'What runs',
  tiers: 'Which tiers',
  noneOf: 'Nothing.',
  comesWith: (count: number) =>
    `${count} of them ${count === 1 ? 'is' : 'are'} started anyway: what you chose needs ${count === 1 ? 'it' : 'them'}`,
  noIngress:
    'Without the Ingress services open by name and port (http://grafana.macula.local:3000), not by name alone.',
  /** Of an answer, on the right: what is downloaded, and how long that takes. */
  price: (download: Download) =>
    download.missing === 0 || download.unknown === download.missing
      ? sayWelcome.size(download)
      : `${download.unknown === 0 ? '' : 'at least '}${sayBytes(download.bytes)}, about ${download.minutes} min`,
  /** Of a tier, on the right. */
  size: ({ missing, bytes, unknown }: Download) =>
    missing === 0
      ? 'here'
      : unknown === missing
        ? 'size unknown'
        : `${unknown === 0 ? '' : 'at least '}${sayBytes(bytes)}`,
  asking: 'Asking the registries for sizes…',
  here: (count: number) => `${sayAll(count, 'image', ['is', 'are'])} here already: nothing to download.`,
  hereOf: (here: number, all: number) => `${sayPart(here, all, 'image', ['is', 'are'])} here already.`,
  noDocker:
    'Docker does not answer yet, so it is not known which images are here. The next step deals with that.',
  ladder: 'How to read a service',
  ladderSays:
    'Each row has five rungs, in the order in which a request travels. The first that is not a green bar is where to look.',
  rungs: [
    { letter: 'N', title: 'Name', says: 'grafana.macula.local is found.' },
    { letter: 'A', title: 'Address', says: 'It resolves to an address of this machine.' },
    { letter: 'F', title: 'Forwarder', says: 'The port there is forwarded into Docker.' },
    { letter: 'C', title: 'Container', says: 'Docker runs it.' },
    { letter: 'S', title: 'Service', says: 'Its program answers.' },
  ],
  cluster: 'A KinD cluster for your own applications',
  clusterSays: 'About 700 MB of memory, 1 GB of disk and a node image of 1 GB once. You can create it later.',
  next: 'Continue',
  nothing: 'Choose at least one.',
  notKept: 'The choice was not kept',
} as const

/** A cluster, optional. */
export const sayClusterStep = {
  create: 'Create the cluster',
  creating: 'Creating the cluster',
} as const

/** What the machine ran before, and taking it over. */
export const sayBefore = {
  says: 'Nothing is touched before you say so, and everything can be brought back: maculactl migrate --back.',
  how: {
    desktop: 'A window of your desktop asks for your password once, for what root does.',
    sudo: 'sudo asks for your password once, for what root does, in the terminal where Macula runs.',
    root: 'You are root; no password is asked.',
  },
  going: 'Taking over what was here before',
  take: (count: number) => `Take over ${sayCount(count, 'item')}`,
  stop: 'Stop after what is under way',
  found: 'What was found',
  data: 'Their data',
  steps: 'What is done, in this order',
  log: 'What was done',
  root: 'done as root',
  price: 'Also means:',
  ifLeft: 'Without it:',
  back: 'Back:',
  backSays: 'maculactl migrate --back',
  include: (title: string) => `Include: ${title}`,
  effects: (title: string) => `What it does: ${title}`,
  without: (says: string) => `Without it: ${says}`,
  store: (bytes: string, says: string, replaces: boolean) =>
    `${bytes}, ${says}${replaces ? '; what Macula has there is moved aside first' : ''}`,
  taken: (says: string) => `taken over: ${says}`,
  aside: 'What Macula itself had there is kept',
  asideAs: (from: string, to: string) => `${from} as ${to}`,
  asideHow:
    'Each is a volume of Docker: docker volume rm NAME removes it; maculactl reset --help says how to put it back.',
} as const

/** The review of the changes. */
export const sayReview = {
  aService: 'a service',
  aGroup: 'a group',
  says: (count: number, files: number, packages: number) =>
    `This is everything that needs root: ${sayCount(count, 'change')}${
      files > 0 || packages > 0
        ? ` with ${[
            ...(packages > 0 ? [sayCount(packages, 'package')] : []),
            ...(files > 0 ? [sayCount(files, 'file')] : []),
          ].join(' and ')}`
        : ''
    }. Nothing keeps running as root afterwards.`,
  none: 'Everything that set-up would change is in place already.',
  include: (title: string) => `Include: ${title}`,
  inPlace: 'in place',
  why: 'Why',
  alsoMeans: 'Also means:',
  now: 'Now:',
  undoFile: 'Undo puts back what was there before.',
  undoPackages: 'Undo leaves the packages installed.',
  newFile: (mode: string) => `new file, ${mode} root`,
  replaces: (mode: string) => `replaces the file that is there, ${mode}`,
  holdsThis: 'holds this already',
  block: 'gets this block, its other lines stay',
  taken: 'undo puts back what is taken away',
  after: '# then',
  content: (title: string) => `What is written: ${title}`,
  difference: (path: string) => `Differences in ${path}`,
  plan: (digest: string) => `Plan sha256 ${digest.slice(0, 4)} ${digest.slice(4, 8)} … ${digest.slice(-4)}.`,
  planSays: 'Exactly this plan runs; if one byte differs, nothing runs.',
  record: (folder: string) =>
    `What was there before is recorded in ${folder}, readable by all, so that files and settings can be put back.`,
  without: (example: string) =>
    `If you skip this, services still start, and you open them at their addresses${example === '' ? '' : ` such as ${example}`}, and you can come back to this step.`,
  /** While the changes are still looked for, or none is chosen, there is no number to tell. */
  apply: (count: number) => (count === 0 ? 'Apply changes…' : `Apply ${sayCount(count, 'change')}…`),
  nothingChosen: 'Nothing is chosen. Choose what to change, or skip this step.',
  noWay: 'There is no way to ask for your password here: neither sudo nor a polkit agent was found.',
  noWayTodo: 'Run these as root in a terminal, then check again; or skip this step.',
  unread: 'The changes cannot be read',
  loading: 'Looking at what would change…',
} as const

/** The one prompt. */
export const sayPassword = {
  asking: 'Waiting for your password',
  applying: 'Making the changes',
  how: {
    desktop: 'A window of your desktop asks for it, once. Nothing is changed before you give it.',
    sudo: 'sudo asks for it, once, in the terminal where Macula runs. Nothing is changed before you give it.',
    root: 'You are root; no password is asked.',
  },
  waiting: 'Waiting until it is allowed',
  working: 'Changing this machine',
  made: (count: number) =>
    `${sayCount(count, 'change')} made. They are listed under Changes, with what can be undone (also: maculactl undo).`,
  refused: 'Nothing was changed',
  refusedHow: {
    dismissed: 'The prompt was closed.',
    denied: 'The password was not accepted, or this user may not do it.',
    'no-agent': 'No program here can ask for the password.',
    timeout: 'Nobody answered the prompt in time.',
  },
  stillWorks: 'What still works',
  stillWorksSays:
    'All services start and open by address and port. Only names, and addresses without a port, are missing.',
  again: 'Ask again…',
  byHand: 'The same by hand',
  failed: 'Set-up stopped before the end',
  failedTodo:
    'What was changed is listed under Changes, where it can be undone. Trying again continues where it stopped.',
  ask: (count: number) => `Apply ${sayCount(count, 'change')}…`,
  review: 'Read the changes',
} as const

/** Names. */
export const sayNames = {
  list: 'Names of this machine',
} as const

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
  goesOn: 'You can close this window; it goes on.',
  resumes: 'What is here stays; it continues where it stopped.',
  bar: 'All images',
  get: 'Download the images',
  goOn: 'Go on',
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
