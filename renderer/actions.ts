/** What a person can do in the window: asks the engine, shows what is expected at once, and says what went wrong. */
import { toldAccess } from '../main/model/access.ts'
import { wholeAddress } from '../main/model/connect.ts'
import { GRAFANA } from '../main/model/explore.ts'
import type { Fix } from '../main/model/ladder.ts'
import { meant, type Verb } from '../main/model/may.ts'
import { pickEndpoint } from '../main/model/open.ts'
import { addressOf, linkOf } from '../main/model/places.ts'
import type { Access, ServiceView } from '../main/model/snapshot.ts'
import { MaculaError, troubleOf, type Trouble } from '../main/model/errors.ts'
import { sayUpdated, type UpdateWish } from '../main/model/image-update.ts'
import type { RunResult } from '../main/model/run.ts'
import type { Sets } from '../main/model/service.ts'
import type { OpenAnswer } from '../preload/contract.ts'
import type { Expectation, Shell } from './store/shell.ts'
import { openEarly } from './store/early-log.ts'
import { began, DEED_MS, ended, plainLabel } from './store/deeds.ts'
import { foundBy, titlesOf } from './store/looked.ts'
import type { Asking, Note, Place } from './store/state.ts'
import { sayActions } from './words/actions.ts'
import { sayDeed, sayRepaired, sayResult } from './words/deeds.ts'
import { saySets } from './words/sets.ts'

export interface Actions {
  readonly start: (ids: readonly string[]) => void
  /** Asks first when others need what is stopped. `title` names what is stopped: "Data", "Grafana", "all services". */
  readonly stop: (ids: readonly string[], title: string) => void
  readonly stopNow: (ids: readonly string[], also: boolean) => void
  readonly restart: (ids: readonly string[]) => void
  /** Gives a service another version of its image, or goes back by one. `label`: what was pressed. */
  readonly updateImage: (service: string, wish: UpdateWish, label: string, done: () => void) => void
  readonly startAll: () => void
  readonly stopAll: () => void
  readonly fix: (fix: Fix) => void
  /** Ends who has a port, after the question. */
  readonly releaseNow: (fix: Fix) => void
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
  readonly saveSets: (sets: Sets) => void
  /** Has a request of a view's own told from its begin to what came of it; `run`: its name, by which its steps are known. */
  readonly deed: <T extends RunResult>(
    run: string,
    label: string,
    verb: 'pull' | 'reset' | 'delete',
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

let count = 0

/** A name for a run or a stream, unlike any other of this or another window. */
export function newToken(): string {
  count += 1
  const random = crypto.getRandomValues(new Uint32Array(2))
  return `w${count}-${[...random].map((part) => part.toString(36)).join('')}`
}

/** Whether an address may be opened in a browser: a service's data never becomes a script. */
export function isWebAddress(url: string): boolean {
  return /^https?:\/\/[^\s]+$/i.test(url)
}

/** The first trouble of several, with how many others there are. */
function sayAlso(trouble: Trouble, others: number): Trouble {
  return others === 0
    ? trouble
    : { ...trouble, why: [trouble.why, sayActions.others(others)].filter(Boolean).join(' ') }
}

/** The window's actions over a store and its link; `page` opens addresses and holds the clipboard. */
export function createActions(shell: Shell, page: Window): Actions {
  const { store } = shell

  const failed = (title: string, error: unknown, service?: string): void => {
    const { what, why = '', todo = '' } = troubleOf(error)
    store.setState({
      note: { kind: 'failed', title, what, why, todo, ...(service === undefined ? {} : { service }) },
    })
  }

  const titleOf = (ids: readonly string[]): string => {
    const { snapshot } = store.getState()
    const views = snapshot?.services.filter((view) => ids.includes(view.id)) ?? []
    return views.length === 1 ? (views[0]?.title ?? '') : sayActions.services(views.length)
  }

  /** Does something that may be refused; says so when it is. */
  const attempt = (
    title: string,
    work: () => Promise<void>,
    expected?: Expectation,
    /** The service by which it failed, where it may have. */
    by?: string,
  ): void => {
    work().catch((error: unknown) => {
      expected?.giveUp()
      failed(title, error, by === undefined ? undefined : troubled(by))
    })
  }

  /** The id of a service that does not wholly work, with which a note of it is over; undefined: the note is of something else. */
  const troubled = (id: string): string | undefined => {
    const state = store.getState().snapshot?.services.find((view) => view.id === id)?.state
    return state === undefined || state === 'works' ? undefined : id
  }

  /** Tells of a press from its begin to what came of it. */
  async function told<T>(
    id: string,
    label: string,
    work: () => Promise<{ readonly value: T; readonly ok: boolean; readonly says: string }>,
  ): Promise<T> {
    const end = (ok: boolean, says: string): void => {
      const { deeds } = store.getState()
      store.setState({ deeds: ended(deeds, id, { at: Date.now(), ok, says }) })
      setTimeout(() => {
        const now = store.getState().deeds
        if (now.some((deed) => deed.id === id))
          store.setState({ deeds: now.filter((deed) => deed.id !== id) })
      }, DEED_MS)
    }
    store.setState({
      note: null,
      deeds: began(store.getState().deeds, { id, label: plainLabel(label), at: Date.now(), end: null }),
    })
    try {
      const { value, ok, says } = await work()
      end(ok, says)
      return value
    } catch (error) {
      end(false, troubleOf(error).what)
      throw error
    }
  }

  const nameOf = (id: string): string =>
    store.getState().snapshot?.services.find((view) => view.id === id)?.title ?? id

  /** What was wrong before a repair, and how its end is told: what is right again, or who still has it. */
  const repaired = (): ((result: RunResult) => string) => {
    const { snapshot } = store.getState()
    const before = snapshot === null ? [] : titlesOf(snapshot)
    return ({ failed: [first] }) => {
      const now = store.getState().snapshot
      const found = now === null ? '' : sayRepaired(foundBy({ before }, now))
      return first?.trouble.what ?? found
    }
  }

  /** Runs a request that ends with a result. */
  const run = <R extends RunResult>(
    title: string,
    expected: Expectation | undefined,
    /** Asks under the name of a run, by which its steps are known. */
    asked: (run: string) => Promise<R>,
    /** What was pressed, and what is said of its end. */
    deed: { readonly label: string; readonly says: (result: R) => string },
    /** aloud: also where a row says it, because that row said it before, and a press that changes nothing must be answered. */
    tells: 'aloud' | 'what no row can' = 'what no row can',
  ): void =>
    attempt(
      title,
      async () => {
        const id = newToken()
        const result = await told(id, deed.label, async () => {
          const end = await asked(id)
          return { value: end, ok: end.ok, says: deed.says(end) }
        })
        const [first, ...others] = result.failed
        expected?.settle()
        if (!first) return
        const row = store.getState().snapshot?.services.find((view) => view.id === first.service)
        if (tells === 'what no row can' && row !== undefined) return
        // What concerns others too is not over with the first, nor what failed though the service went on.
        const about = others.length === 0 && row !== undefined ? troubled(row.id) : undefined
        failed(title, new MaculaError(sayAlso(first.trouble, others.length)), about)
      },
      expected,
    )

  const start = (ids: readonly string[]): void => {
    if (ids.length === 0) return
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
    fix: (fix) => {
      const { action } = fix
      switch (action.kind) {
        case 'start':
          if (action.anew !== true) return start(action.services)
          return run(
            sayActions.fixFailed(fix.label),
            shell.expect(action.services, 'starting'),
            async (name) =>
              await shell.request('fix', {
                run: name,
                action: { ...action, services: [...action.services] },
              }),
            { label: fix.label, says: (result) => sayResult(result, 'start', nameOf) },
            'aloud',
          )
        case 'restart':
          return restart(action.services)
        case 'forward':
          return run(
            sayActions.fixFailed(fix.label),
            undefined,
            async (name) => await shell.request('fix', { run: name, action: { kind: 'forward' } }),
            { label: fix.label, says: repaired() },
            'aloud',
          )
        case 'release':
          return store.setState({ asking: { kind: 'release', fix } })
        case 'route':
          return run(
            sayActions.fixFailed(fix.label),
            undefined,
            async (name) => await shell.request('fix', { run: name, action }),
            { label: fix.label, says: repaired() },
            'aloud',
          )
        case 'engine':
          return run(
            sayActions.fixFailed(fix.label),
            undefined,
            async (name) => await shell.request('fix', { run: name, action: { kind: 'engine' } }),
            {
              label: fix.label,
              says: () => {
                const docker = store.getState().snapshot?.docker
                return docker?.kind === 'up' ? sayDeed.dockerUp(docker.version) : sayDeed.dockerAnswers
              },
            },
            'aloud',
          )
        case 'setup':
          return store.setState({ place: { view: 'wizard', step: 'review', changes: action.changes } })
        case 'logs':
          return store.setState({ place: { view: 'logs', service: action.service } })
        case 'subnet':
          return attempt(sayActions.fixFailed(fix.label), async () => {
            await told(newToken(), fix.label, async () => {
              store.setState({ settings: await shell.request('saveSettings', { subnet: action.subnet }) })
              return { value: null, ok: true, says: sayDeed.saved }
            })
          })
        case 'none':
          return store.setState({
            note: {
              kind: 'told',
              title: fix.label,
              what: fix.label,
              why: '',
              todo: '',
              command: fix.command,
            },
          })
      }
    },
    releaseNow: (fix) => {
      const { action } = fix
      store.setState({ asking: null })
      if (action.kind !== 'release') return
      run(
        sayActions.fixFailed(fix.label),
        undefined,
        async (name) => await shell.request('fix', { run: name, action }),
        { label: fix.label, says: repaired() },
        'aloud',
      )
    },
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
    saveSets: (sets) =>
      attempt(saySets.notSaved, async () => {
        const settings = await shell.request('saveSettings', { sets })
        store.setState({ settings })
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
