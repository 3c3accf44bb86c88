/**
 * The places of the window and their addresses: one table that parses and writes. The page's own address, the paths that
 * the browser's server answers and the `macula://` links that other programs hand over are all read by it, so a link can
 * name nothing but a place: what it is about and what to look for, never something to do.
 */
import { isLabel } from './atoms.ts'
import { clusterOfRow } from './cluster-id.ts'
import { wizardStepIds, type WizardStepId } from './wizard.ts'

/** The views of the window; the tray and the palette name them too. */
export const views = [
  'services',
  'logs',
  'doctor',
  'changes',
  'settings',
  'wizard',
  'activity',
  'snapshots',
  'about',
] as const
export type View = (typeof views)[number]

/** What the window shows: a view, and for `services` and `logs` the service it is about. */
export interface Place {
  readonly view: View
  readonly service?: string | undefined
  /** Logs: the chosen services where it is not one. */
  readonly services?: readonly string[] | undefined
  /** A text to look for, for views with a search. */
  readonly search?: string | undefined
  /** Logs and activity: the instant that is meant (epoch ms). */
  readonly at?: number | undefined
  /** A step of the set-up. */
  readonly step?: WizardStepId | undefined
  /** The changes of the machine that are meant (absent: all); never in an address, which may come from anybody. */
  readonly changes?: readonly string[] | undefined
  /** The same visit in which something was chosen: Back does not come here. */
  readonly adjusts?: true | undefined
}

/** What stands in the address of a view, below its own path and behind the question mark. */
interface Shape {
  readonly path: string
  readonly below?: 'service' | 'step'
  readonly asks?: readonly ('service' | 'search' | 'at')[]
}

const shapes: Readonly<Record<View, Shape>> = {
  services: { path: 'services', below: 'service', asks: ['search'] },
  logs: { path: 'logs', asks: ['service', 'search', 'at'] },
  doctor: { path: 'doctor' },
  changes: { path: 'changes' },
  settings: { path: 'settings' },
  wizard: { path: 'setup', below: 'step' },
  snapshots: { path: 'snapshots' },
  about: { path: 'about' },
  activity: { path: 'activity', asks: ['service', 'search', 'at'] },
}

/** Longer ones (characters) are no address of ours: 40 of the longest ids and a search of 200 characters are shorter. */
const MOST = 6000
const MOST_SEARCH = 200
/** As many services as one address names; more than a person chooses, and what is left out is chosen again in the view. */
const MOST_CHOSEN = 40

/** Whether a text is an id as services have them: a label, or that of a cluster's row. */
function isServiceId(text: string): boolean {
  return isLabel(clusterOfRow(text) ?? text)
}

/** The address of a place: a path with its question, as `/services/grafana` or `/logs?service=loki&search=error`. */
export function addressOf(place: Place): string {
  const { path, below, asks = [] } = shapes[place.view]
  const sub = below === 'service' ? place.service : below === 'step' ? place.step : undefined
  const chosen = place.services ?? (place.service === undefined ? [] : [place.service])
  const search = asks.includes('search') && sub === undefined ? writable(place.search ?? '') : ''
  const terms = [
    ...(asks.includes('service') ? chosen.slice(0, MOST_CHOSEN).map((id) => `service=${id}`) : []),
    ...(search === '' ? [] : [`search=${encodeURIComponent(search)}`]),
    ...(asks.includes('at') && place.at !== undefined ? [`at=${Math.floor(place.at)}`] : []),
  ]
  return `/${path}${sub === undefined ? '' : `/${sub}`}${terms.length === 0 ? '' : `?${terms.join('&')}`}`
}

/** As much of a search as an address takes, whole characters; empty where it holds what none may: a reload would lead nowhere. */
function writable(search: string): string {
  const text = search.slice(0, MOST_SEARCH).replace(/[\uD800-\uDBFF]$/, '')
  return isPlain(text) ? text : ''
}

/** The place that an address names; undefined: none, whatever is wrong with it. Nothing is repaired or guessed. */
export function placeOf(address: string): Place | undefined {
  if (address.length > MOST || !/^\/[!-~]*$/.test(address)) return undefined
  const [path = '', question, ...rest] = address.split('?')
  if (rest.length > 0) return undefined
  const [, head = '', ...below] = path.split('/')
  const view = views.find((one) => shapes[one].path === head)
  if (view === undefined) return undefined
  const under = placeBelow(view, below)
  if (under === undefined || question === undefined) return under
  // A page below a view has no question of its own.
  return below.length > 0 ? undefined : asked(under, question)
}

function placeBelow(view: View, parts: readonly string[]): Place | undefined {
  if (parts.length === 0) return { view }
  const text = parts.join('/')
  switch (shapes[view].below) {
    case 'service':
      return isServiceId(text) ? { view, service: text } : undefined
    case 'step': {
      const step = wizardStepIds.find((one) => one === text)
      return step === undefined ? undefined : { view, step }
    }
    case undefined:
      return undefined
  }
}

function asked(place: Place, question: string): Place | undefined {
  const services: string[] = []
  let search: string | undefined
  let at: number | undefined
  for (const term of question.split('&')) {
    const [, name = '', raw = ''] = /^([a-z]+)=([^=]+)$/.exec(term) ?? []
    const value = decoded(raw)
    if (!shapes[place.view].asks?.some((one) => one === name) || value === undefined) return undefined
    if (name === 'service') {
      if (!isServiceId(value) || services.length >= MOST_CHOSEN) return undefined
      services.push(value)
    } else if (name === 'at') {
      if (at !== undefined || !/^\d{1,15}$/.test(value)) return undefined
      at = Number(value)
    } else if (search !== undefined || value.length > MOST_SEARCH || !isPlain(value)) return undefined
    else search = value
  }
  const [one] = services
  return {
    ...place,
    ...(services.length === 1 ? { service: one } : services.length > 1 ? { services } : {}),
    ...(search === undefined ? {} : { search }),
    ...(at === undefined ? {} : { at }),
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** No control characters, nothing that turns the direction of what is beside it (Unicode Cc, Cf, Zl, Zp, Cs). */
function isPlain(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text)
}

/** Where links lead to: the origin of the desktop's page, so that one text is both. */
export const LINK_ORIGIN = 'macula://app'

/** A link to a place, which the desktop opens when another program hands it over. */
export function linkOf(place: Place): string {
  return LINK_ORIGIN + addressOf(place)
}

/** The place of a link as another program gave it; undefined: it is none of ours. `macula://app` itself is home. */
export function placeOfLink(link: string): Place | undefined {
  if (!link.startsWith(LINK_ORIGIN)) return undefined
  const address = link.slice(LINK_ORIGIN.length)
  return address === '' || address === '/' ? { view: 'services' } : placeOf(address)
}
