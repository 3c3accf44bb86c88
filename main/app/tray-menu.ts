import { dockerFix } from '../model/causes/docker.ts'
import { meant, meantToLeave } from '../model/may.ts'
import { problemsOf } from '../model/problems.ts'
import { sayCount, sayList, sayMany, saySecond } from '../model/say.ts'
import { item, separator, type TrayItem, type TraySeen } from './tray-items.ts'
import { setMenus, tierMenu } from './tray-services.ts'

/** The seconds in the menu move in such steps: a menu that changes every second cannot be read (ms). */
export const TICK_MS = 5000

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
