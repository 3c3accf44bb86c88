import { hasOnlyAlerts, sayAlerts } from './alerts.ts'
import { isCounted, isGood, isNeverMade } from './may.ts'
import { SAY_RESTING } from './rungs/container.ts'
import { sayList, sayPart } from './say.ts'
import type { ServiceSpec, tiers } from './service.ts'
import type { ServiceView, SharedCause, State, Summary, TierView } from './snapshot.ts'

/** Worst first; "not set up" and "stopped" are neutral beside others (design: "State of a service"). */
const order: readonly State[] = [
  'failed',
  'starting',
  'stopping',
  'degraded',
  'unknown',
  'works',
  'stopped',
  'not set up',
]

/** The state of several: the first of the order that occurs. */
export function summarise(states: readonly State[]): State {
  return order.find((state) => states.includes(state)) ?? 'not set up'
}

const verbs: Readonly<Record<'failed' | 'starting' | 'stopping', readonly [string, string]>> = {
  failed: ['fails', 'fail'],
  starting: ['is starting', 'are starting'],
  stopping: ['is stopping', 'are stopping'],
}

function sayWho(views: readonly ServiceView[], state: keyof typeof verbs): string | undefined {
  const who = views.filter((view) => view.state === state && !isNeverMade(view)).map((view) => view.title)
  if (who.length === 0) return undefined
  return `${sayList(who)} ${verbs[state][who.length === 1 ? 0 : 1]}`
}

/** "Hub cluster could not be created": told of its tier, and no fault of everything, as nothing that worked is gone. */
function sayUnmade(views: readonly ServiceView[]): string {
  const titles = views.filter(isNeverMade).map(({ title }) => title)
  return titles.length === 0 ? '' : `${sayList(titles)} could not be created`
}

/** Who fails; what one cause keeps from being reached is counted, not blamed one by one. */
function sayFailed(views: readonly ServiceView[], causes: readonly SharedCause[]): string | undefined {
  const failed = views.filter((view) => view.state === 'failed' && !isNeverMade(view))
  const resting = failed.filter(isResting).map(({ title }) => title)
  const rest =
    resting.length === 0
      ? undefined
      : `${sayList(resting)} ${resting.length === 1 ? 'is' : 'are'} not started again`
  const isLost = causes.some(
    ({ id, services }) =>
      (id === 'route' || id === 'network') && failed.every((view) => services.includes(view.id)),
  )
  return isLost && failed.length > 0
    ? `${failed.length} cannot be reached`
    : [
        sayWho(
          views.filter((view) => !isResting(view)),
          'failed',
        ),
        rest,
      ]
        .filter((part) => part !== undefined)
        .join(', ') || undefined
}

/** What was stopped from here to be started again did not fail, though somebody has to see to it. */
const isResting = ({ ladder }: ServiceView): boolean =>
  ladder.some(({ id, why }) => id === 'container' && why === SAY_RESTING)

/** "127.0.0.3–6, .10" for the addresses of a tier. */
export function sayAddresses(addresses: readonly string[]): string {
  const sorted = [...new Set(addresses)].sort((one, two) => lastOf(one) - lastOf(two))
  const first = sorted[0]
  if (first === undefined) return ''
  const prefix = first.slice(0, first.lastIndexOf('.') + 1)
  if (!sorted.every((address) => address.startsWith(prefix))) return sayList(sorted)
  const numbers = sorted.map(lastOf)
  const ranges: [number, number][] = []
  for (const number of numbers) {
    const range = ranges.at(-1)
    if (range && range[1] + 1 === number) range[1] = number
    else ranges.push([number, number])
  }
  return ranges
    .map(([from, to], index) => `${index === 0 ? prefix : '.'}${from}${from === to ? '' : `–${to}`}`)
    .join(', ')
}

function lastOf(address: string): number {
  return Number(address.slice(address.lastIndexOf('.') + 1))
}

/** One tier's summary. */
export function tierView(
  id: (typeof tiers)[number],
  specs: readonly ServiceSpec[],
  views: readonly ServiceView[],
  causes: readonly SharedCause[],
): TierView {
  const mine = views.filter((view) => view.tier === id.id)
  const state = summarise(mine.map((view) => view.state))
  const good = mine.filter(isGood)
  const stopped = mine.filter((view) => view.state === 'stopped').length
  // The same are counted as in the line over everything: what somebody stopped is told, and is no lack.
  const counted = mine.filter(isCounted)
  const count = `${good.length} of ${counted.length}`
  const unmade = sayUnmade(mine)
  const whole = stopped === 0 ? count : `${count}, ${stopped} stopped`
  const says = ((): string => {
    const [first] = mine
    if (!first) return 'no services'
    if (state === 'not set up') return `not set up. ${first.headline?.why ?? ''}`.trim()
    if (state === 'stopped') return 'stopped'
    if (state === 'unknown') return 'unknown while Docker is down'
    if (unmade !== '') return counted.length === 0 ? unmade : `${count}, ${unmade}`
    const detail = sayFailed(mine, causes) ?? sayWho(mine, 'starting') ?? sayWho(mine, 'stopping')
    if (detail !== undefined) return `${count}, ${detail}`
    if (state === 'degraded') {
      const bad = mine.filter((view) => view.state === 'degraded')
      const shared = causes.find((cause) => bad.every((view) => cause.services.includes(view.id)))
      if (shared?.id === 'names') return `${count}, by address only`
      if (shared?.id === 'ports') return `${count}, no clean URLs`
      return `${count}, ${sayList(bad.map((view) => view.title))} with a problem`
    }
    return whole
  })()
  return {
    ...id,
    addresses: sayAddresses(
      specs.filter((spec) => spec.tier === id.id).flatMap((spec) => spec.address ?? []),
    ),
    state,
    says,
    services: mine.map((view) => view.id),
  }
}

/** The one sentence over everything. Counts speak of what is set up and not stopped on purpose. */
export function summaryOf(views: readonly ServiceView[], causes: readonly SharedCause[]): Summary {
  const state = summarise(views.filter((view) => !isNeverMade(view)).map((view) => view.state))
  const unmade = sayUnmade(views)
  const more = causes[0]?.headline.what ?? (unmade === '' ? '' : `${unmade}.`)
  if (views.length === 0) return { state, says: 'There are no services.', more: 'maculactl doctor says why.' }
  const owner = causes.find((cause) => cause.id === 'owner')
  if (owner) return { state: 'unknown', says: owner.headline.what, more: owner.headline.todo }
  if (views.every((view) => view.state === 'stopped' || view.state === 'not set up' || isNeverMade(view)))
    return {
      state,
      says: 'All services are stopped.',
      more:
        causes.find((cause) => cause.id === 'orphans')?.headline.what ??
        `${unmade === '' ? '' : `${unmade}. `}Start them with maculactl up.`,
    }
  const docker = causes.find((cause) => cause.id === 'docker')
  if (docker)
    return {
      state: 'unknown',
      says: 'Docker does not answer; services are unknown.',
      more: docker.headline.why,
    }
  if (state === 'unknown') return { state, says: 'Services are being checked.', more }
  const counted = views.filter(isCounted)
  const good = views.filter(isGood)
  const parts = [sayFailed(views, causes), sayWho(views, 'starting'), sayWho(views, 'stopping')].filter(
    (part) => part !== undefined,
  )
  const bad = views.filter((view) => view.state === 'degraded')
  const all = good.length === counted.length
  const stopped = views.filter((view) => view.state === 'stopped').length
  const tail =
    parts.length > 0
      ? `${parts.join(', ')}.`
      : stopped > 0
        ? `${stopped} ${stopped === 1 ? 'is' : 'are'} stopped.`
        : ''
  const own = bad.filter(
    (view) => !hasOnlyAlerts(view) && !causes.some((cause) => cause.services.includes(view.id)),
  )
  return {
    state,
    says: [sayHead(good, counted, all ? sayBad(bad.length, counted.length) : '', stopped > 0), tail]
      .filter((part) => part !== '')
      .join(' '),
    more:
      more !== ''
        ? more
        : own.length > 0
          ? `${sayList(own.map((view) => `${view.title}: ${view.reason}`))}.`
          : // What fails or goes round says more than what fires.
            sayAlerts(views),
  }
}

/** How many of those that work do so with a problem. */
function sayBad(bad: number, all: number): string {
  if (bad === 0) return ''
  if (all === 1) return ', with a problem'
  return bad === all ? ', each with a problem' : `, ${bad} with a problem`
}

/** How many of those that count do work; of one its name says more, and when it does not work the rest says so. */
function sayHead(
  good: readonly ServiceView[],
  counted: readonly ServiceView[],
  how: string,
  someStopped: boolean,
): string {
  const [only] = counted
  if (only && counted.length === 1) return good.length === 1 ? `${only.title} works${how}.` : ''
  const verbs = ['works', 'work'] as const
  return good.length === counted.length
    ? `${counted.length === 2 ? 'Both' : `All ${counted.length}`} ${someStopped ? 'running services' : 'services'} work${how}.`
    : `${sayPart(good.length, counted.length, 'service', verbs)}${how}.`
}
