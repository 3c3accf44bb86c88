import type { RunView, Shown } from '../../preload/contract.ts'
import { dockerFix } from '../model/causes/docker.ts'
import type { Fix } from '../model/ladder.ts'
import { inUse, may, meant, meantToLeave, toggleOf, toggleOfAll } from '../model/may.ts'
import { pickEndpoint } from '../model/open.ts'
import { problemsOf } from '../model/problems.ts'
import { sayCount, sayList, sayMany, saySecond, stateWords } from '../model/say.ts'
import type { Sets } from '../model/service.ts'
import { allSets, favouritesFirst, sayGone, setView } from '../model/sets.ts'
import type { ServiceView, Snapshot, State, TierView } from '../model/snapshot.ts'

/** What a press on an item asks for; each exists in the window and on the command line too. */
export type TrayAct =
  | ({ readonly kind: 'show' } & Shown)
  | { readonly kind: 'open'; readonly service: string }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'start'; readonly services: readonly string[] }
  | { readonly kind: 'restart'; readonly services: readonly string[] }
  /** Asks first when others would fail or miss it, or `always`. */
  | {
      readonly kind: 'stop'
      readonly services: readonly string[]
      readonly title: string
      readonly always: boolean
    }
  | { readonly kind: 'engine' }
  | { readonly kind: 'look' }
  /** Asks first where it ends somebody else's program. `label`: what was pressed. */
  | { readonly kind: 'fix'; readonly label: string; readonly fix: Fix }
  | { readonly kind: 'quit' }
  | { readonly kind: 'stop and quit'; readonly services: readonly string[] }

export type TrayItem =
  | { readonly kind: 'separator' }
  | { readonly kind: 'says'; readonly label: string }
  | { readonly kind: 'item'; readonly label: string; readonly enabled: boolean; readonly act: TrayAct }
  | {
      readonly kind: 'toggle'
      readonly label: string
      readonly on: boolean
      readonly enabled: boolean
      readonly act: TrayAct
    }
  | {
      readonly kind: 'menu'
      readonly label: string
      readonly state: State
      readonly items: readonly TrayItem[]
    }

/** The seconds in the menu move in such steps: a menu that changes every second cannot be read (ms). */
export const TICK_MS = 5000

/** A tier's words in the menu (characters). */
const LONGEST = 40

/** A press on an item that mends or looks; times in epoch ms. */
export interface TrayDeed {
  /** "Grafana: Check port 80 again". */
  readonly label: string
  readonly began: number
  /** Undefined while it goes on. */
  readonly end?: { readonly at: number; readonly says: string }
}

export interface TraySeen {
  /** Undefined until the engine has said something. */
  readonly snapshot: Snapshot | undefined
  readonly runs: readonly RunView[]
  /** The engine answers. */
  readonly connected: boolean
  /** What was pressed here last, until it is old. */
  readonly deed?: TrayDeed | undefined
  /** The person's names for some services together. */
  readonly sets?: Sets | undefined
  readonly now: number
}

const separator: TrayItem = { kind: 'separator' }

/** Lines only between items: what a service has none of leaves no second one. */
const tidy = (items: readonly TrayItem[]): readonly TrayItem[] =>
  items.filter(
    ({ kind }, index) =>
      kind !== 'separator' ||
      (index > 0 && index < items.length - 1 && items[index - 1]?.kind !== 'separator'),
  )
const item = (label: string, act: TrayAct, enabled = true): TrayItem => ({
  kind: 'item',
  label,
  enabled,
  act,
})

/** What the tray shows of a state: five outlines, and a sixth while nothing is known. */
export type TrayShape = 'off' | 'starting' | 'ok' | 'degraded' | 'failed' | 'unknown'

export function shapeOf(seen: TraySeen): TrayShape {
  if (!seen.snapshot || !seen.connected) return 'unknown'
  const { state } = seen.snapshot.summary
  switch (state) {
    case 'works':
      return 'ok'
    case 'starting':
    case 'stopping':
      return 'starting'
    case 'stopped':
    case 'not set up':
      return 'off'
    case 'degraded':
    case 'failed':
    case 'unknown':
      return state
  }
}

/** The one sentence over everything: what starts now and since when, else how all of it stands. */
export function sentenceOf({ snapshot, runs, connected, now }: TraySeen): string {
  if (!connected) return 'The engine is started again; services keep running.'
  if (!snapshot) return 'Services are being checked.'
  const moving = snapshot.services.filter(({ state }) => state === 'starting' || state === 'stopping')
  const failed = snapshot.services.some(({ state }) => state === 'failed')
  if (moving.length === 0 || failed || snapshot.summary.state === 'unknown') return snapshot.summary.says
  const starting = moving.filter(({ state }) => state === 'starting')
  const [who, verb] = starting.length > 0 ? [starting, 'starting'] : [moving, 'stopping']
  const tiers = new Set(who.map(({ tier }) => tier))
  const tier = tiers.size === 1 ? snapshot.tiers.find(({ id }) => tiers.has(id)) : undefined
  const subject = tier
    ? `${tier.title} is ${verb}`
    : sayMany(who.length, 'service', [`is ${verb}`, `are ${verb}`])
  const began = Math.min(
    ...runs
      .filter(({ services }) => services.length === 0 || who.some(({ id }) => services.includes(id)))
      .map(({ at }) => at),
  )
  const elapsed = Number.isFinite(began) ? sayTicks(now - began) : ''
  return `${subject}: ${sayList(
    who.map(({ title }) => title),
    3,
  )}${elapsed}`
}

function sayTicks(ms: number): string {
  const seconds = Math.floor(ms / TICK_MS) * (TICK_MS / 1000)
  return seconds > 0 ? `, ${seconds} s` : ''
}

/** The tray's whole menu as data; equal in, equal out, so that it is drawn only when it changed. */
export function trayMenu(seen: TraySeen): readonly TrayItem[] {
  const { snapshot, connected } = seen
  const ready = snapshot !== undefined && connected
  // What the snapshot shows, not all that the doctor would find: another word, so that nobody compares the two.
  const problems = snapshot ? problemsOf(snapshot).length + snapshot.problems.length : 0
  const views = snapshot?.services ?? []
  const starts = meant(views, 'all', 'start')
  const stops = meant(views, 'all', 'stop')
  return [
    { kind: 'says', label: sentenceOf(seen) },
    ...(snapshot &&
    snapshot.summary.more !== '' &&
    (snapshot.causes.length > 0 || snapshot.services.some(({ alerts }) => alerts !== undefined))
      ? [{ kind: 'says', label: snapshot.summary.more } as const]
      : []),
    ...deedLine(seen),
    separator,
    ...(snapshot ? snapshot.tiers.map((tier) => tierMenu(snapshot, tier, seen)) : []),
    ...(snapshot ? [separator] : []),
    ...(snapshot ? setMenus(snapshot, seen) : []),
    item('Open Macula Desktop', { kind: 'show', view: 'services' }),
    item(problems === 0 ? 'Doctor…' : `Doctor: ${sayCount(problems, 'problem')}…`, {
      kind: 'show',
      view: 'doctor',
    }),
    item('Check again', { kind: 'look' }, ready && !isAt(seen)),
    ...fixItems(seen),
    separator,
    ...engineItems(seen),
    item('Start all', { kind: 'start', services: starts }, ready && starts.length > 0),
    item(
      'Stop all…',
      { kind: 'stop', services: stops, title: 'all services', always: true },
      ready && stops.length > 0,
    ),
    separator,
    item('Set up…', { kind: 'show', view: 'wizard' }),
    item('Settings…', { kind: 'show', view: 'settings' }),
    item('Quit, services keep running', { kind: 'quit' }),
    // All, not only what runs as far as is known: while they are looked at, nothing does.
    item('Stop all services and quit…', { kind: 'stop and quit', services: meantToLeave(views) }, ready),
  ]
}

/** How many problems have their button here; the doctor has them all. */
const MOST_FIXES = 4

const isAt = ({ deed }: TraySeen): boolean => deed !== undefined && deed.end === undefined

/** What was pressed last: that it goes on and for how long, or what came of it with its time. */
function deedLine({ deed, now }: TraySeen): readonly TrayItem[] {
  if (deed === undefined) return []
  const { label, began, end } = deed
  const says =
    end === undefined ? `under way${sayTicks(now - began)}` : `at ${saySecond(end.at)}: ${end.says}`
  return [{ kind: 'says', label: `${label}, ${says}` }]
}

/** What the window's Fix does for what is wrong; what only a person can do is told by the doctor. */
function fixItems(seen: TraySeen): readonly TrayItem[] {
  const { snapshot, connected } = seen
  if (snapshot === undefined) return []
  return problemsOf(snapshot)
    .flatMap(({ title, headline: { fix } }): readonly TrayItem[] => {
      if (fix === undefined) return []
      const label = fix.label.includes(title) ? fix.label : `${title}: ${fix.label}`
      switch (fix.action.kind) {
        case 'start':
        case 'restart':
        case 'forward':
        case 'route':
        case 'release':
          return [item(label, { kind: 'fix', label: label.replace(/…$/, ''), fix }, connected && !isAt(seen))]
        case 'setup':
          return [item(label, { kind: 'show', view: 'wizard' })]
        case 'logs':
          return [item(label, { kind: 'show', view: 'logs', service: fix.action.service })]
        // Docker has its own line.
        case 'engine':
        case 'subnet':
        case 'none':
          return []
      }
    })
    .slice(0, MOST_FIXES)
}

/** What brings Docker while it is away: started from here, or by set-up in the window. */
function engineItems({ snapshot, connected, runs }: TraySeen): readonly TrayItem[] {
  if (snapshot?.docker.kind !== 'down' || snapshot.docker.means === undefined) return []
  const { label, action } = dockerFix(snapshot.docker)
  const busy = runs.some(({ verb }) => verb === 'fix')
  return action.kind === 'engine'
    ? [item(busy ? `${label.replace(/…$/, '')}: asked for` : label, { kind: 'engine' }, connected && !busy)]
    : [item(label, { kind: 'show', view: 'wizard' })]
}

function tierMenu(snapshot: Snapshot, tier: TierView, { connected, runs, sets = {} }: TraySeen): TrayItem {
  const mine = snapshot.services.filter((view) => view.tier === tier.id)
  const toggle = toggleOfAll(mine)
  // What is being stopped is on until it is off.
  const on = toggle.verb === 'stop'
  const services = meant(mine, tier.id, toggle.verb)
  const busy = runs.some((run) => run.services.some((id) => tier.services.includes(id)))
  return {
    kind: 'menu',
    label: `${tier.title}: ${shortly(tier)}`,
    state: tier.state,
    items: [
      {
        kind: 'toggle',
        label: `${tier.title} is ${on ? 'on' : 'off'}`,
        on,
        // While something of it is being changed the end decides; unknown services are not changed blindly.
        enabled: connected && !busy && toggle.can && snapshot.docker.kind === 'up',
        act:
          toggle.verb === 'stop'
            ? { kind: 'stop', services, title: tier.title, always: false }
            : { kind: 'start', services },
      },
      separator,
      ...favouritesFirst(mine, sets).map((view) =>
        serviceMenu(view, connected && snapshot.docker.kind === 'up'),
      ),
    ],
  }
}

/** The person's sets: each starts what of it is stopped, and stops what of it runs. */
function setMenus(snapshot: Snapshot, { connected, sets = {} }: TraySeen): readonly TrayItem[] {
  const able = connected && snapshot.docker.kind === 'up'
  const menus = allSets(sets, snapshot.services).map((set): TrayItem => {
    const { name, state, says, starts, stops } = setView(set)
    const gone = sayGone(set)
    return {
      kind: 'menu',
      label: `${name}: ${says}`,
      state,
      items: [
        ...(gone === '' ? [] : [{ kind: 'says', label: gone } as const]),
        item(`Start ${name}`, { kind: 'start', services: starts }, able && starts.length > 0),
        item(
          `Stop ${name}`,
          { kind: 'stop', services: stops, title: name, always: false },
          able && stops.length > 0,
        ),
        separator,
        ...set.services.map((view) => serviceMenu(view, able)),
        separator,
        item('Edit sets…', { kind: 'show', view: 'settings' }),
      ],
    }
  })
  return menus.length === 0 ? [] : [...menus, separator]
}

/** What a tier says, as short as a menu needs it: its first sentence, or only the count when that is long. */
function shortly({ says, state }: TierView): string {
  const [sentence = ''] = says.split('. ')
  if (sentence.length <= LONGEST) return sentence
  return `${sentence.split(',')[0] ?? ''}, ${stateWords[state]}`
}

function serviceMenu(view: ServiceView, able: boolean): TrayItem {
  const endpoint = pickEndpoint(view, undefined)
  const access = inUse(view)?.access
  const toggle = toggleOf(view)
  const reason = view.reason === '' || view.state === 'works' ? stateWords[view.state] : view.reason
  return {
    kind: 'menu',
    label: `${view.title}: ${reason}`,
    state: view.state,
    items: tidy([
      { kind: 'says', label: stateWords[view.state] },
      separator,
      ...(endpoint?.opens === true
        ? [
            item(
              access ? `Open ${access.url}` : 'Open',
              { kind: 'open', service: view.id },
              access !== undefined,
            ),
          ]
        : []),
      ...(endpoint
        ? [item('Copy address', { kind: 'copy', text: access?.url ?? '' }, access !== undefined)]
        : []),
      separator,
      ...(view.cluster === 'found' || (view.state === 'not set up' && view.cluster === undefined)
        ? []
        : [
            toggle.verb === 'stop'
              ? item(
                  'Stop',
                  { kind: 'stop', services: [view.id], title: view.title, always: false },
                  able && toggle.can,
                )
              : item('Start', { kind: 'start', services: [view.id] }, able && toggle.can),
            item('Restart', { kind: 'restart', services: [view.id] }, able && may('restart', view)),
          ]),
      separator,
      item('Logs', { kind: 'show', view: 'logs', service: view.id }),
      item('Details…', { kind: 'show', view: 'services', service: view.id }),
      ...(view.cluster === 'cluster' && view.state !== 'not set up'
        ? [
            separator,
            item(
              'Delete…',
              { kind: 'show', view: 'services', service: view.id, asks: 'delete' },
              able && may('delete', view),
            ),
          ]
        : []),
    ]),
  }
}
