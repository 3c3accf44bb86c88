import {
  becomesOff,
  type ActivityEntry,
  type ActivityFace,
  type ActivityGroup,
  type ActivityVerb,
} from './activity.ts'
import { sayClock, sayCount, sayDay, sayDuration, sayList, sentence } from './say.ts'
import type { State } from './snapshot.ts'

/** An entry in words: what happened, and what else is known of it. */
export interface ActivityWords {
  readonly title: string
  /** One or two sentences; empty: the title says it all. */
  readonly says: string
  /** The shape it is drawn with. */
  readonly state: State
}

/** "from the window" */
const faces: Readonly<Record<ActivityFace, string>> = {
  window: 'from the window',
  tray: 'from the tray',
  browser: 'from the browser',
  'command line': 'by maculactl',
}

/** What was done, what was not, and how a list of titles is put in: `{}`. */
const verbs: Readonly<Record<ActivityVerb, { readonly done: string; readonly failed: string }>> = {
  start: { done: '{} started', failed: 'Start of {} failed' },
  stop: { done: '{} stopped', failed: 'Stop of {} failed' },
  restart: { done: '{} restarted', failed: 'Restart of {} failed' },
  pull: { done: 'Images of {} downloaded', failed: 'Download of the images of {} failed' },
  update: { done: '{} updated', failed: 'Update of {} failed' },
  fix: { done: '{} fixed', failed: '{} could not be fixed' },
  reset: { done: 'Data of {} moved aside', failed: 'Reset of {} failed' },
  'put back': { done: 'Data of {} put back', failed: 'Data of {} could not be put back' },
  delete: { done: '{} deleted', failed: '{} could not be deleted' },
  secrets: { done: 'Passwords changed', failed: 'Change of passwords failed' },
  'add app': { done: '{} added', failed: '{} could not be added' },
  'remove app': { done: '{} removed', failed: '{} could not be removed' },
  database: { done: 'Database {} created', failed: 'Database {} could not be created' },
  bucket: { done: 'Bucket {} created', failed: 'Bucket {} could not be created' },
  snapshot: { done: 'Snapshot of {} created', failed: 'Snapshot failed' },
  'restore snapshot': { done: '{} restored from a snapshot', failed: 'Restore of a snapshot failed' },
  'bring back': {
    done: '{} brought back to the time before a restore',
    failed: 'Bringing back what a restore replaced failed',
  },
  tls: { done: 'TLS settings applied', failed: 'TLS settings could not be applied' },
  migrate: { done: 'What was here before taken over', failed: 'Taking over what was here before failed' },
  'migrate back': {
    done: 'What was here before brought back',
    failed: 'Bringing back what was here before failed',
  },
  machine: { done: 'Machine set up: {}', failed: 'Set-up of the machine failed: {}' },
  undo: { done: 'Undone on this machine: {}', failed: 'Undo failed: {}' },
}

/** Words of entries that name nothing: a repair of no service, and undone changes, which older versions did not tell. */
const untold: Readonly<Partial<Record<ActivityVerb, { readonly done: string; readonly failed: string }>>> = {
  fix: { done: 'Names and forwarders restored', failed: 'Names and forwarders could not be restored' },
  undo: { done: 'Changes of the machine undone', failed: 'Undo failed' },
}

/** Verbs whose entries name what is no service. */
const NAMED: ReadonlySet<ActivityVerb> = new Set(['machine', 'undo', 'database', 'bucket'])

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`

/** What an entry is about that names nothing. */
function whole(verb: ActivityVerb): string {
  return verb === 'machine' ? 'changes of the machine' : 'services'
}

/** What the choices are called. */
export const groupWords: Readonly<Record<ActivityGroup, string>> = {
  started: 'Started',
  stopped: 'Stopped',
  failed: 'Failed',
  names: 'Names',
  network: 'Network',
  machine: 'Machine',
  images: 'Images',
  data: 'Data',
  trouble: 'Shared problem',
}

/** Interfaces that a VPN makes, by how the usual programs name them. */
export function isVpn(link: string): boolean {
  return /^(?:tun|tap|wg|ppp|utun|ipsec|tailscale|zt|nordlynx|proton|mullvad|vpn|cscotun|gpd)/.test(link)
}

function sayRun(
  entry: Extract<ActivityEntry, { kind: 'run' }>,
  titleOf: (service: string) => string,
): ActivityWords {
  const failed = entry.failed.map(({ service }) => service)
  const isMachine = NAMED.has(entry.verb)
  const named = entry.result === 'failed' && failed.length > 0 ? failed : entry.about
  const names = named.map((one) => (isMachine ? one : titleOf(one)))
  const words = (names.length === 0 ? untold[entry.verb] : undefined) ?? verbs[entry.verb]
  const subject =
    names.length === 0
      ? whole(entry.verb)
      : names.length > 4
        ? sayCount(names.length, isMachine ? 'change' : 'service')
        : sayList(names)
  const title = {
    done: words.done,
    failed: words.failed,
    interrupted: `${words.done}, then interrupted`,
    refused: words.failed,
  }[entry.result]
    .replace(/^\{\}/, () => (names.length === 0 ? capital(subject) : subject))
    .replace('{}', () => subject)
  const reasons = entry.failed.map(({ service, reason }) =>
    failed.length === 1 ? sentence(reason) : sentence(`${titleOf(service)}: ${reason}`),
  )
  const long = names.length > 4 ? [`${sayList(names, names.length)}.`] : []
  const left = (entry.left ?? []).map(titleOf)
  const how = entry.ms >= 1000 ? `${faces[entry.by]}, ${sayDuration(entry.ms)}` : faces[entry.by]
  return {
    title,
    says: [
      ...reasons.slice(0, 5),
      ...(entry.says === undefined ? [] : [sentence(entry.says)]),
      ...long,
      ...(left.length === 0
        ? []
        : [`Not ${entry.verb === 'restart' ? 'restarted' : 'started'}: ${sayList(left, 6)}.`]),
      `${capital(how)}.`,
    ].join(' '),
    state:
      entry.result === 'failed' || entry.result === 'refused'
        ? 'failed'
        : entry.result === 'interrupted'
          ? 'degraded'
          : becomesOff(entry.verb)
            ? 'stopped'
            : 'works',
  }
}

/** An entry in words. `titleOf`: what a service is called; its id where nothing is known of it. */
export function sayEntry(entry: ActivityEntry, titleOf: (service: string) => string): ActivityWords {
  const words = sayWhat(entry, titleOf)
  if (entry.clock === undefined) return words
  const clock = `The clock of the machine was ahead: it showed ${sayDay(entry.clock, entry.at)}.`
  return { ...words, says: words.says === '' ? clock : `${words.says} ${clock}` }
}

function sayWhat(entry: ActivityEntry, titleOf: (service: string) => string): ActivityWords {
  switch (entry.kind) {
    case 'run':
      return sayRun(entry, titleOf)
    case 'works':
      return { title: `${titleOf(entry.service)} works`, says: '', state: 'works' }
    case 'failed':
      return {
        title: `${titleOf(entry.service)} failed`,
        says: [
          entry.reason === '' ? 'It does not answer.' : sentence(entry.reason),
          ...(entry.before === true ? ['Macula found it so when it looked again.'] : []),
          ...(entry.often === true
            ? ['It keeps failing and recovering; more of this within the hour is not recorded.']
            : []),
        ].join(' '),
        state: 'failed',
      }
    case 'stopped':
      return {
        title: `${titleOf(entry.service)} stopped`,
        says: `Not by Macula.${entry.before === true ? ' Macula found it so when it looked again.' : ''}`,
        state: 'stopped',
      }
    case 'trouble': {
      const { what, why, from, to } = entry
      const time =
        to === undefined
          ? `Since ${sayClock(from)}.`
          : sayClock(from) === sayClock(to)
            ? `At ${sayClock(from)}, for ${sayDuration(to - from)}.`
            : `From ${sayClock(from)} to ${sayClock(to)}, ${sayDuration(to - from)}.`
      return {
        title:
          entry.cause === 'docker' && to !== undefined
            ? `Docker answers again after ${sayDuration(to - from)}`
            : what.replace(/\.$/, ''),
        says: [why === '' ? '' : sentence(why), time].filter((one) => one !== '').join(' '),
        state: to === undefined ? 'failed' : 'degraded',
      }
    }
    case 'network': {
      const link = isVpn(entry.link) ? `${entry.link} (VPN)` : entry.link
      if (entry.address === '')
        return { title: `${link} went down`, says: `It had ${entry.was}.`, state: 'stopped' }
      if (entry.was === '')
        return { title: `${link} came up`, says: `It has ${entry.address}.`, state: 'works' }
      return {
        title: `${link} has another address`,
        says: `${entry.address} instead of ${entry.was}.`,
        state: 'works',
      }
    }
  }
}

/** Everything of an entry that a search looks at, in small letters. */
export function searchText(entry: ActivityEntry, titleOf: (service: string) => string): string {
  const { title, says } = sayEntry(entry, titleOf)
  const ids = entry.kind === 'run' ? entry.about.join(' ') : 'service' in entry ? entry.service : ''
  return `${title} ${says} ${ids}`.toLowerCase()
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

/** The day of an instant as a heading, in local time: "Today", "Yesterday", "Friday 24 Nov". */
export function sayDate(at: number, now: number): string {
  const startOf = (instant: number): number => new Date(instant).setHours(0, 0, 0, 0)
  // Days of 23 and 25 hours are days too.
  const ago = Math.round((startOf(now) - startOf(at)) / 86_400_000)
  if (ago === 0) return 'Today'
  if (ago === 1) return 'Yesterday'
  return `${days[new Date(at).getDay()] ?? ''} ${sayDay(at, now).replace(/ \d\d:\d\d$/, '')}`
}
