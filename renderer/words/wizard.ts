import type { WizardStep, WizardStepId } from '../../main/model/wizard.ts'
import { CLUSTER_PRICE } from '../../main/model/cluster-price.ts'
import type { Download } from '../../main/model/download.ts'
import { sayAll, sayBytes, sayCount, sayPart } from '../../main/model/say.ts'

/** A step's state as a screen reader says it. */
const states: Readonly<Record<WizardStep['state'] | 'going', string>> = {
  done: 'done',
  todo: 'to do',
  trouble: 'needs attention',
  skipped: 'left out',
  waiting: 'waiting',
  going: 'in progress',
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
  clusterSays: `It takes ${CLUSTER_PRICE}. You can create it later.`,
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
    root: 'You are root, so no password is needed.',
  },
  going: 'Taking over what was here before',
  take: (count: number) => `Take over ${sayCount(count, 'item')}`,
  stop: 'Stop after the current step',
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

/** Names. */
export const sayNames = {
  list: 'Names of this machine',
} as const
