import { inUse, may, meant, toggleOf, toggleOfAll } from '../model/may.ts'
import { pickEndpoint } from '../model/open.ts'
import { stateWords } from '../model/say.ts'
import { allSets, favouritesFirst, sayGone, setView } from '../model/sets.ts'
import type { ServiceView, Snapshot, TierView } from '../model/snapshot.ts'
import { item, separator, tidy, type TrayItem, type TraySeen } from './tray-items.ts'

/** A tier's words in the menu (characters). */
const LONGEST = 40

/** A tier of services: its switch, and a menu of each. */
export function tierMenu(
  snapshot: Snapshot,
  tier: TierView,
  { connected, runs, sets = {} }: TraySeen,
): TrayItem {
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
export function setMenus(snapshot: Snapshot, { connected, sets = {} }: TraySeen): readonly TrayItem[] {
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
              : item(
                  view.creates === undefined ? 'Start' : 'Start…',
                  { kind: 'start', services: [view.id] },
                  able && toggle.can,
                ),
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
