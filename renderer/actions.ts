/** What a person can do in the window: asks the engine, shows what is expected at once, and says what went wrong. */
import { toldAccess } from '../main/model/access.ts'
import { wholeAddress } from '../main/model/connect.ts'
import { GRAFANA } from '../main/model/explore.ts'
import { createdBy, meant, type Verb } from '../main/model/may.ts'
import { pickEndpoint } from '../main/model/open.ts'
import { addressOf, linkOf } from '../main/model/places.ts'
import type { Access, ServiceView } from '../main/model/snapshot.ts'
import { sayUpdated, type UpdateWish } from '../main/model/image-update.ts'
import type { RunResult } from '../main/model/run.ts'
import type { SetChange } from '../main/model/sets.ts'
import type { OpenAnswer } from '../preload/contract.ts'
import { createDoing } from './doing.ts'
import { createMending, type Mending } from './mending.ts'
import type { Shell } from './store/shell.ts'
import { openEarly } from './store/early-log.ts'
import type { Asking, Note, Place } from './store/state.ts'
import { sayActions } from './words/actions.ts'
import { sayDeed, sayResult } from './words/deeds.ts'
import { newToken } from './token.ts'
import { saySets } from './words/sets.ts'

export interface Actions extends Mending {
  /** Asks first when a cluster is created by it. */
  readonly start: (ids: readonly string[]) => void
  readonly startNow: (ids: readonly string[]) => void
  /** Asks first when others need what is stopped. `title` names what is stopped: "Data", "Grafana", "all services". */
  readonly stop: (ids: readonly string[], title: string) => void
  readonly stopNow: (ids: readonly string[], also: boolean) => void
  readonly restart: (ids: readonly string[]) => void
  /** Gives a service another version of its image, or goes back by one. `label`: what was pressed. */
  readonly updateImage: (service: string, wish: UpdateWish, label: string, done: () => void) => void
  readonly startAll: () => void
  readonly stopAll: () => void
  /** Opens the best way in, or the one of a kind. */
  readonly open: (id: string, endpoint?: string, access?: Access['kind']) => void
  /** Opens Grafana's Explore at a service's logs around an instant (epoch ms). */
  readonly explore: (id: string, at: number, dashboard?: string) => void
  readonly copy: (text: string) => Promise<boolean>
  /** Copies the address that works now, and says so in the row. */
  readonly copyAddress: (view: ServiceView) => void
  /** Copies, and says so in the service's row. */
  readonly copyNamed: (text: string, service: string) => void
  /** Copies a link to a place, which opens it again: in the desktop's window from anywhere, else from this server. */
  readonly copyLink: (place: Place) => void
  /** Keeps a person's sets; nothing is started or stopped by it. */
  readonly changeSet: (change: SetChange) => void
  /** Has a request of a view's own told from its begin to what came of it; `run`: its name, by which its steps are known. */
  readonly deed: <T extends RunResult>(
    run: string,
    label: string,
    verb: 'pull' | 'reset' | 'delete' | 'snapshot' | 'restore snapshot',
    ask: () => Promise<T>,
  ) => Promise<T>
  readonly look: () => void
  readonly cancel: (run: string) => void
  readonly go: (place: Place) => void
  readonly select: (id: string | null) => void
  readonly ask: (asking: Asking | null) => void
  readonly tell: (note: Note | null) => void
  /** Shows a failed request as a note. */
  readonly failed: (title: string, error: unknown) => void
  readonly leave: (how: 'hide' | 'quit' | 'stop') => void
}

/** How long a row says that something was copied. */
const COPIED_MS = 2000

/** Whether an address may be opened in a browser: a service's data never becomes a script. */
export function isWebAddress(url: string): boolean {
  return /^https?:\/\/[^\s]+$/i.test(url)
}

/** The window's actions over a store and its link; `page` opens addresses and holds the clipboard. */
export function createActions(shell: Shell, page: Window): Actions {
  const { store } = shell

  const doing = createDoing(shell)
  const { attempt, failed, nameOf, run, titleOf, told } = doing

  const start = (ids: readonly string[]): void => {
    const { shown } = store.getState()
    const clusters = createdBy(shown?.services ?? [], ids)
    if (clusters.length === 0) startNow(ids)
    else
      store.setState({
        asking: { kind: 'create', title: titleOf(ids), services: ids, clusters: clusters.map(nameOf) },
      })
  }

  const startNow = (ids: readonly string[]): void => {
    if (ids.length === 0) return
    store.setState({ asking: null })
    run(
      sayActions.startFailed(titleOf(ids)),
      shell.expect(ids, 'starting'),
      async (name) => await shell.request('start', { run: name, services: [...ids] }),
      { label: sayActions.start(titleOf(ids)), says: (result) => sayResult(result, 'start', nameOf) },
    )
  }

  const stopNow = (ids: readonly string[], also: boolean): void => {
    if (ids.length === 0) return
    store.setState({ asking: null })
    run(
      sayActions.stopFailed(titleOf(ids)),
      shell.expect(ids, 'stopping'),
      async (name) => await shell.request('stop', { run: name, services: [...ids], also, remove: false }),
      { label: sayActions.stop(titleOf(ids)), says: (result) => sayResult(result, 'stop', nameOf) },
    )
  }

  const stop = (ids: readonly string[], title: string): void => {
    if (ids.length === 0) return
    attempt(sayActions.stopFailed(title), async () => {
      const consequences = await shell.request('consequences', { services: [...ids] })
      if (consequences.failing.length === 0 && consequences.missing.length === 0) stopNow(ids, false)
      else store.setState({ asking: { kind: 'stop', title, services: ids, consequences, all: false } })
    })
  }

  const restart = (ids: readonly string[]): void => {
    if (ids.length === 0) return
    run(
      sayActions.restartFailed(titleOf(ids)),
      shell.expect(ids, 'starting'),
      async (name) => await shell.request('restart', { run: name, services: [...ids] }),
      { label: sayActions.restart(titleOf(ids)), says: (result) => sayResult(result, 'restart', nameOf) },
    )
  }

  const copy = async (text: string): Promise<boolean> => {
    try {
      await page.navigator.clipboard.writeText(text)
      return true
    } catch (error) {
      failed(sayActions.copyFailed, error)
      return false
    }
  }

  const copyNamed = (text: string, service: string, shown?: string): void => {
    attempt(sayActions.copyFailed, async () => {
      if (!(await copy(text))) return
      // Secrets are copied too; a screen shows no more than their names.
      const said = {
        service,
        text: shown ?? (text.includes('\n') || text.includes('=') ? sayActions.strings(text) : text),
      }
      store.setState({ copied: said })
      page.setTimeout(() => {
        if (store.getState().copied === said) store.setState({ copied: null })
      }, COPIED_MS)
    })
  }

  /** An address that the desktop did not open itself. */
  const handOn = async ({ opened, url }: OpenAnswer, label: string, title: string): Promise<void> => {
    if (!opened && !isWebAddress(url)) return failed(title, new Error(sayActions.noBrowser(url)))
    if (!opened) page.open(url, '_blank', 'noopener')
    await told(newToken(), label, async () =>
      Promise.resolve({ value: null, ok: true, says: sayDeed.opened(url) }),
    )
  }

  const all = (verb: Verb): readonly string[] => meant(store.getState().snapshot?.services ?? [], 'all', verb)

  return {
    start,
    startNow,
    stop,
    stopNow,
    restart,
    updateImage: (service, wish, label, done) =>
      run(
        sayActions.updateFailed(nameOf(service)),
        undefined,
        async (name) => {
          try {
            return await shell.request('updateImage', { run: name, service, wish })
          } finally {
            done()
          }
        },
        { label, says: (result) => sayUpdated(nameOf(service), result) },
        'aloud',
      ),
    startAll: () => start(all('start')),
    stopAll: () => {
      const services = all('stop')
      if (services.length === 0) return
      store.setState({
        asking: {
          kind: 'stop',
          title: sayActions.allServices,
          services,
          consequences: { failing: [], missing: [] },
          all: true,
        },
      })
    },
    ...createMending(shell, doing, { start, restart }),
    open: (service, endpoint, access) =>
      attempt(
        sayActions.openFailed(titleOf([service])),
        async () => {
          const answer = await shell.request('open', {
            service,
            ...(endpoint === undefined ? {} : { endpoint }),
            ...(access === undefined ? {} : { access }),
          })
          await handOn(answer, sayActions.open(titleOf([service])), sayActions.openFailed(titleOf([service])))
        },
        undefined,
        service,
      ),
    explore: (service, at, dashboard) =>
      attempt(
        sayActions.exploreFailed,
        async () => {
          const answer = await shell.request('explore', {
            service,
            at,
            ...(dashboard === undefined ? {} : { dashboard }),
          })
          await handOn(answer, sayActions.explore(titleOf([service])), sayActions.exploreFailed)
        },
        undefined,
        GRAFANA,
      ),
    copy,
    copyAddress: (view) => {
      const endpoint = pickEndpoint(view, undefined)
      const access = endpoint && toldAccess(endpoint.accesses)
      if (access === undefined || endpoint === undefined) return
      if (isWebAddress(access.url)) return copyNamed(access.url, view.id)
      // What programs take is the whole string, with user and password.
      attempt(sayActions.copyFailed, async () => {
        const all = await shell.request('variables', { services: [view.id] })
        copyNamed(wholeAddress(all, endpoint, access.url), view.id, access.url)
      })
    },
    copyNamed,
    changeSet: (change) =>
      attempt(saySets.notSaved, async () => {
        const { settings, over } = await shell.request('changeSet', change)
        store.setState({ settings })
        if (over !== undefined && change.kind === 'put')
          store.setState({ note: saySets.over(change.name, change.services.map(nameOf), over.map(nameOf)) })
      }),
    copyLink: (place) =>
      attempt(sayActions.copyFailed, async () => {
        const link = page.macula === undefined ? page.location.origin + addressOf(place) : linkOf(place)
        if (!(await copy(link))) return
        store.setState({
          note: { kind: 'told', title: sayActions.linkCopied, what: link, why: '', todo: '' },
        })
      }),
    deed: async (name, label, verb, ask) =>
      await told(name, label, async () => {
        const result = await ask()
        return { value: result, ok: result.ok, says: sayResult(result, verb, nameOf) }
      }),
    look: () => {
      shell.look().catch((error: unknown) => failed(sayActions.lookFailed, error))
    },
    cancel: (name) => {
      shell.request('cancel', { run: name }).catch((error: unknown) => failed(sayActions.cancelFailed, error))
    },
    go: (place) => {
      const { view, service, at, adjusts } = place
      if (view === 'logs' && service !== undefined && at === undefined && adjusts !== true)
        openEarly(shell, service, newToken())
      store.setState({ place, asking: null })
    },
    select: (selected) => store.setState({ selected, note: null }),
    ask: (asking) => store.setState({ asking }),
    tell: (note) => store.setState({ note }),
    failed,
    leave: (how) => {
      store.setState({ asking: null })
      shell.request('leave', { how }).catch((error: unknown) => failed(sayActions.leaveFailed, error))
    },
  }
}
