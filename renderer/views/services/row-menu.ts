import { canExplore } from '../../../main/model/explore.ts'
import { toldAccess } from '../../../main/model/access.ts'
import { quoteDotenv } from '../../../main/model/quote.ts'
import { asksToStop, canOpen, createdBy, may, meant, toggleOf } from '../../../main/model/may.ts'
import type { ServiceView, TierView } from '../../../main/model/snapshot.ts'
import { pickEndpoint } from '../../../main/model/open.ts'
import { FAVOURITES } from '../../../main/model/sets.ts'
import type { Actions } from '../../actions.ts'
import type { MenuLine } from '../../parts/menu-line.ts'
import type { Shell } from '../../store/shell.ts'
import { sayCommon } from '../../words/common.ts'
import { sayServices } from '../../words/services.ts'
import { saySets } from '../../words/sets.ts'

/** What a row's menu offers; the copy menu is a part of it. */
export function menuLines(
  view: ServiceView,
  kind: 'more' | 'copy',
  reach: { readonly shell: Shell; readonly actions: Actions },
): readonly MenuLine[] {
  const { actions } = reach
  const { id, title } = view
  const copies = copyLines(view, reach)
  if (kind === 'copy') return copies
  const unset = view.state === 'not set up'
  const all = reach.shell.store.getState().shown?.services ?? []
  const toggle = toggleOf(view)
  const sets = reach.shell.store.getState().settings?.settings.sets ?? {}
  const isFavourite = sets[FAVOURITES]?.includes(id) === true
  return [
    {
      id: 'details',
      text: sayServices.menu.details,
      icon: 'services',
      run: () => actions.go({ view: 'services', service: id }),
    },
    {
      id: 'open',
      text: sayServices.menu.open,
      icon: 'open',
      disabled: !canOpen(view),
      run: () => actions.open(id),
    },
    {
      id: 'logs',
      text: sayServices.menu.logs,
      icon: 'logs',
      disabled: unset,
      run: () => actions.go({ view: 'logs', service: id }),
    },
    {
      id: 'activity',
      text: sayServices.menu.activity,
      icon: 'activity',
      run: () => actions.go({ view: 'activity', service: id }),
    },
    {
      id: 'explore',
      text: sayServices.menu.explore,
      icon: 'search',
      disabled: unset || !canExplore(reach.shell.store.getState().shown?.services ?? []),
      run: () => actions.explore(id, Date.now()),
    },
    null,
    ...copies,
    null,
    toggle.verb === 'start'
      ? {
          id: 'start',
          text: sayCommon.asking(sayServices.menu.start, view.creates !== undefined),
          icon: 'play',
          disabled: !toggle.can,
          run: () => actions.start([id]),
        }
      : {
          id: 'stop',
          text: sayCommon.asking(sayServices.menu.stop, asksToStop(all, [id])),
          icon: 'stop',
          disabled: !toggle.can,
          run: () => actions.stop([id], title),
        },
    {
      id: 'restart',
      text: sayServices.menu.restart,
      icon: 'restart',
      disabled: !may('restart', view),
      run: () => actions.restart([id]),
    },
    null,
    {
      id: 'favourite',
      text: isFavourite ? saySets.unfavour : saySets.favour,
      run: () => actions.changeSet({ kind: 'member', name: FAVOURITES, service: id, on: !isFavourite }),
    },
  ]
}

function copyLines(
  view: ServiceView,
  { shell, actions }: { readonly shell: Shell; readonly actions: Actions },
): readonly MenuLine[] {
  const endpoint = pickEndpoint(view, undefined)
  const best = endpoint && toldAccess(endpoint.accesses)
  const address = endpoint?.accesses.find((access) => access.kind === 'address') ?? best
  const plain = address === undefined ? (view.address ?? '') : `${address.host}:${address.port}`
  const strings = async (): Promise<void> => {
    const variables = await shell.request('variables', { services: [view.id] })
    const text = variables.map((one) => `${one.name}=${quoteDotenv(one.value)}`).join('\n')
    if (text === '')
      actions.tell({
        kind: 'told',
        title: view.title,
        what: sayServices.noStrings(view.title),
        why: '',
        todo: sayServices.noStringsSays,
      })
    else actions.copyNamed(text, view.id)
  }
  return [
    {
      id: 'copy-url',
      text: sayServices.menu.copyUrl,
      icon: 'copy',
      disabled: best === undefined,
      ...(best === undefined ? {} : { detail: best.url }),
      run: () => actions.copyNamed(best?.url ?? '', view.id),
    },
    {
      id: 'copy-address',
      text: sayServices.menu.copyAddress,
      icon: 'copy',
      disabled: plain === '',
      detail: plain,
      run: () => actions.copyNamed(plain, view.id),
    },
    {
      id: 'copy-strings',
      text: sayServices.menu.copyStrings,
      icon: 'copy',
      run: () => {
        strings().catch((error: unknown) => actions.failed(view.title, error))
      },
    },
    {
      id: 'copy-link',
      text: sayServices.menu.copyLink,
      icon: 'copy',
      run: () => actions.copyLink({ view: 'services', service: view.id }),
    },
  ]
}

/** What can be done with a whole tier. */
export function tierLines(
  tier: TierView,
  views: readonly ServiceView[],
  isDocker: boolean,
  actions: Actions,
): readonly MenuLine[] {
  const mine = views.filter((view) => view.tier === tier.id)
  const starts = meant(mine, tier.id, 'start')
  const stops = meant(mine, tier.id, 'stop')
  return [
    {
      id: 'start',
      text: sayCommon.asking(sayServices.startNamed(tier.title), createdBy(views, starts).length > 0),
      icon: 'play',
      disabled: !isDocker || starts.length === 0,
      run: () => actions.start(starts),
    },
    {
      id: 'stop',
      text: sayCommon.asking(sayServices.stopNamed(tier.title), asksToStop(views, stops)),
      icon: 'stop',
      disabled: !isDocker || stops.length === 0,
      run: () => actions.stop(stops, tier.title),
    },
    {
      id: 'logs',
      text: sayServices.logs(tier.title),
      icon: 'logs',
      run: () => actions.go({ view: 'logs', services: mine.map(({ id }) => id) }),
    },
  ]
}
