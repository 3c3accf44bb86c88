/** What can be found and run, for what was typed; pure. */
import { asksToStop, canOpen, inUse, may, toggleOf } from '../../../main/model/may.ts'
import type { ServiceView, Snapshot } from '../../../main/model/snapshot.ts'
import type { Sets } from '../../../main/model/service.ts'
import { favouritesFirst } from '../../../main/model/sets.ts'
import type { Actions } from '../../actions.ts'
import { nothingKnown, type Place } from '../../store/state.ts'
import type { IconName } from '../../parts/icon.tsx'
import { sayCommon } from '../../words/common.ts'
import { sayPalette } from '../../words/palette.ts'
import { fitAll, type Fit } from './rank.ts'
import { unfit, type Entry } from './entry.ts'
import { generalEntries } from './general.ts'

/** What else decides what can be found: the machine, where the window is, the person's sets. */
interface Around {
  readonly mac?: boolean
  readonly place?: Place
  readonly sets?: Sets | undefined
}

const MOST_SERVICES = 6
const MOST_SPOKEN = 8
/** At least inside a text: what fits letter by letter only is no wish for an action. */
const MEANT = 40

/** Entries for a query, best first in each group; with nothing typed all services and what concerns everything. */
export function entriesFor(
  query: string,
  snapshot: Snapshot | null,
  actions: Actions,
  { mac = false, place = nothingKnown.place, sets = {} }: Around = {},
): readonly Entry[] {
  const views = favouritesFirst(snapshot?.services ?? [], sets)
  const found = views
    .map((view) => ({ view, fit: fitAll(query, textsOf(view)) }))
    .filter((one) => one.fit.score > 0)
    .sort((one, other) => other.fit.score - one.fit.score)
  const services = found.map((one) => serviceEntry(one.view, one.fit, actions))
  const general = fitted(query, generalEntries(snapshot, place, sets, actions), query.trim() === '' ? 1 : 20)
  if (query.trim() === '') return [...services, ...general]
  const deedsOf = (view: ServiceView): readonly Entry[] => deeds(view, snapshot, actions, mac)
  const best = found[0]
  const own = best && best.fit.score >= MEANT ? fitted(query, deedsOf(best.view), 0, false) : []
  // "restart gra" means an action: those of every service are looked through.
  const spoken = fitted(query, views.flatMap(deedsOf), MEANT).slice(0, MOST_SPOKEN)
  const seen = new Set<string>()
  const once = [...own, ...spoken].filter((entry) => !seen.has(entry.id) && seen.add(entry.id))
  return [...services.slice(0, MOST_SERVICES), ...once, ...general, searchEntry(query, actions)]
}

function fitted(query: string, entries: readonly Entry[], least: number, sort = true): readonly Entry[] {
  const all = entries
    .map((entry) => ({ ...entry, fit: fitAll(query, [entry.text]) }))
    .filter((entry) => entry.fit.score >= least)
  return sort ? all.sort((one, other) => other.fit.score - one.fit.score) : all
}

function textsOf(view: ServiceView): readonly string[] {
  return [view.title, view.id, ...view.names, view.address ?? '', view.purpose]
}

function serviceEntry(view: ServiceView, fit: Fit, actions: Actions): Entry {
  const opens = canOpen(view)
  return {
    id: `service ${view.id}`,
    group: 'services',
    text: view.title,
    fit,
    mark: { state: view.state },
    service: view.id,
    detail: opens ? sayPalette.opens(inUse(view)?.access.url ?? '') : sayPalette.details(view.reason),
    run: () => {
      if (opens) actions.open(view.id)
      else actions.go({ view: 'services', service: view.id })
    },
  }
}

/** What can be done with one service now. */
function deeds(
  view: ServiceView,
  snapshot: Snapshot | null,
  actions: Actions,
  mac: boolean,
): readonly Entry[] {
  const { id, title } = view
  const deed = (
    name: string,
    icon: IconName,
    text: string,
    run: () => void,
    more: { readonly key?: string; readonly detail?: string } = {},
  ): Entry => ({
    id: `${name} ${id}`,
    group: 'actions',
    text,
    fit: unfit,
    mark: { icon },
    service: id,
    run,
    ...more,
  })
  const titles = (ids: readonly string[]): readonly string[] =>
    ids.map((one) => snapshot?.services.find((other) => other.id === one)?.title ?? one)
  const usedBy = (snapshot?.services ?? []).filter((one) => one.uses.includes(id)).map((one) => one.title)
  const toggle = toggleOf(view)
  const all: readonly (readonly [boolean, Entry])[] = [
    [
      view.state !== 'not set up',
      deed('copy', 'copy', sayPalette.copy(title), () => actions.copyAddress(view), { key: 'C' }),
    ],
    [
      view.state !== 'not set up',
      deed('logs', 'logs', sayPalette.logs(title), () => actions.go({ view: 'logs', service: id }), {
        key: 'L',
      }),
    ],
    [
      may('restart', view),
      deed('restart', 'restart', sayPalette.restart(title), () => actions.restart([id]), { key: 'R' }),
    ],
    [
      toggle.verb === 'start' && toggle.can,
      deed(
        'start',
        'play',
        sayCommon.asking(sayPalette.start(title), view.creates !== undefined),
        () => actions.start([id]),
        { key: 'S' },
      ),
    ],
    [
      toggle.verb === 'stop' && toggle.can,
      deed(
        'stop',
        'stop',
        sayCommon.asking(sayPalette.stop(title), asksToStop(snapshot?.services ?? [], [id])),
        () => actions.stop([id], title),
        {
          detail: sayPalette.neededBy(titles(view.neededBy), usedBy),
        },
      ),
    ],
    [
      true,
      deed(
        'details',
        'services',
        sayPalette.detailsOf(title),
        () => actions.go({ view: 'services', service: id }),
        { key: mac ? '⌘ Enter' : 'Ctrl Enter' },
      ),
    ],
    [
      may('delete', view),
      deed('delete', 'x', sayPalette.remove(title), () => actions.ask({ kind: 'delete', service: id })),
    ],
  ]
  return all.filter(([may]) => may).map(([, entry]) => entry)
}

function searchEntry(query: string, actions: Actions): Entry {
  return {
    id: 'search',
    group: 'elsewhere',
    text: sayPalette.search(query.trim()),
    fit: unfit,
    mark: { icon: 'search' },
    run: () => actions.go({ view: 'logs', search: query.trim() }),
  }
}
