/** What a person can do in the window: asks the engine, shows what is expected at once, and says what went wrong. */
import { toldAccess } from '../main/model/access.ts'
import type { Fix } from '../main/model/ladder.ts'
import { meant, type Verb } from '../main/model/may.ts'
import { pickEndpoint } from '../main/model/open.ts'
import { addressOf, linkOf } from '../main/model/places.ts'
import type { Access, ServiceView } from '../main/model/snapshot.ts'
import { MaculaError, troubleOf, type Trouble } from '../main/model/errors.ts'
import type { RunResult } from '../main/model/run.ts'
import type { OpenAnswer } from '../preload/contract.ts'
import type { Expectation, Shell } from './store/shell.ts'
import type { Asking, Note, Place } from './store/state.ts'
import { sayActions } from './words/actions.ts'

export interface Actions {
  readonly start: (ids: readonly string[]) => void
  /** Asks first when others need what is stopped. `title` names what is stopped: "Data", "Grafana", "all services". */
  readonly stop: (ids: readonly string[], title: string) => void
  readonly stopNow: (ids: readonly string[], also: boolean) => void
  readonly restart: (ids: readonly string[]) => void
  readonly startAll: () => void
  readonly stopAll: () => void
  readonly fix: (fix: Fix) => void
  /** Opens the best way in, or the one of a kind. */
  readonly open: (id: string, endpoint?: string, access?: Access['kind']) => void
  /** Opens Grafana's Explore at a service's logs around an instant (epoch ms). */
  readonly explore: (id: string, at: number) => void
  readonly copy: (text: string) => Promise<boolean>
  /** Copies the address that works now, and says so in the row. */
  readonly copyAddress: (view: ServiceView) => void
  /** Copies, and says so in the service's row. */
  readonly copyNamed: (text: string, service: string) => void
  /** Copies a link to a place, which opens it again: in the desktop's window from anywhere, else from this server. */
  readonly copyLink: (place: Place) => void
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

  const failed = (title: string, error: unknown): void => {
    const trouble = troubleOf(error)
    store.setState({
      note: { kind: 'failed', title, what: trouble.what, why: trouble.why ?? '', todo: trouble.todo ?? '' },
    })
  }

  const titleOf = (ids: readonly string[]): string => {
    const { snapshot } = store.getState()
    const views = snapshot?.services.filter((view) => ids.includes(view.id)) ?? []
    return views.length === 1 ? (views[0]?.title ?? '') : sayActions.services(views.length)
  }

  /** Does something that may be refused; says so when it is. */
  const attempt = (title: string, work: () => Promise<void>, expected?: Expectation): void => {
    work().catch((error: unknown) => {
      expected?.giveUp()
      failed(title, error)
    })
  }

  /** Runs a request that ends with a result. */
  const run = (
    title: string,
    expected: Expectation | undefined,
    asked: () => Promise<RunResult>,
    /** aloud: also where a row says it, because that row said it before, and a press that changes nothing must be answered. */
    tells: 'aloud' | 'what no row can' = 'what no row can',
  ): void =>
    attempt(
      title,
      async () => {
        const [first, ...others] = (await asked()).failed
        expected?.settle()
        if (!first) return
        const isRow = store.getState().snapshot?.services.some((view) => view.id === first.service)
        if (tells === 'what no row can' && isRow === true) return
        failed(title, new MaculaError(sayAlso(first.trouble, others.length)))
      },
      expected,
    )

  const start = (ids: readonly string[]): void => {
    if (ids.length === 0) return
    run(sayActions.startFailed(titleOf(ids)), shell.expect(ids, 'starting'), () =>
      shell.request('start', { run: newToken(), services: [...ids] }),
    )
  }

  const stopNow = (ids: readonly string[], also: boolean): void => {
    if (ids.length === 0) return
    store.setState({ asking: null })
    run(sayActions.stopFailed(titleOf(ids)), shell.expect(ids, 'stopping'), () =>
      shell.request('stop', { run: newToken(), services: [...ids], also, remove: false }),
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
    run(sayActions.restartFailed(titleOf(ids)), shell.expect(ids, 'starting'), () =>
      shell.request('restart', { run: newToken(), services: [...ids] }),
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

  const copyNamed = (text: string, service: string): void => {
    attempt(sayActions.copyFailed, async () => {
      if (!(await copy(text))) return
      // Secrets are copied too; a screen shows no more than their names.
      const said = {
        service,
        text: text.includes('\n') || text.includes('=') ? sayActions.strings(text) : text,
      }
      store.setState({ copied: said })
      page.setTimeout(() => {
        if (store.getState().copied === said) store.setState({ copied: null })
      }, COPIED_MS)
    })
  }

  /** An address that the desktop did not open itself. */
  const handOn = ({ opened, url }: OpenAnswer, title: string): void => {
    if (opened) return
    if (isWebAddress(url)) page.open(url, '_blank', 'noopener')
    else failed(title, new Error(sayActions.noBrowser(url)))
  }

  const all = (verb: Verb): readonly string[] => meant(store.getState().snapshot?.services ?? [], 'all', verb)

  return {
    start,
    stop,
    stopNow,
    restart,
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
            () =>
              shell.request('fix', {
                run: newToken(),
                action: { ...action, services: [...action.services] },
              }),
            'aloud',
          )
        case 'restart':
          return restart(action.services)
        case 'forward':
          return run(
            sayActions.fixFailed(fix.label),
            undefined,
            () => shell.request('fix', { run: newToken(), action: { kind: 'forward' } }),
            'aloud',
          )
        case 'setup':
          return store.setState({ place: { view: 'wizard', step: 'review', changes: action.changes } })
        case 'logs':
          return store.setState({ place: { view: 'logs', service: action.service } })
        case 'subnet':
          return attempt(sayActions.fixFailed(fix.label), async () => {
            store.setState({ settings: await shell.request('saveSettings', { subnet: action.subnet }) })
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
    open: (service, endpoint, access) =>
      attempt(sayActions.openFailed(titleOf([service])), async () => {
        const answer = await shell.request('open', {
          service,
          ...(endpoint === undefined ? {} : { endpoint }),
          ...(access === undefined ? {} : { access }),
        })
        handOn(answer, sayActions.openFailed(titleOf([service])))
      }),
    explore: (service, at) =>
      attempt(sayActions.exploreFailed, async () => {
        handOn(await shell.request('explore', { service, at }), sayActions.exploreFailed)
      }),
    copy,
    copyAddress: (view) => {
      const endpoint = pickEndpoint(view, undefined)
      const access = endpoint && toldAccess(endpoint.accesses)
      if (access !== undefined) copyNamed(access.url, view.id)
    },
    copyNamed,
    copyLink: (place) =>
      attempt(sayActions.copyFailed, async () => {
        const link = page.macula === undefined ? page.location.origin + addressOf(place) : linkOf(place)
        if (!(await copy(link))) return
        store.setState({
          note: { kind: 'told', title: sayActions.linkCopied, what: link, why: '', todo: '' },
        })
      }),
    look: () => {
      shell.look().catch((error: unknown) => failed(sayActions.lookFailed, error))
    },
    cancel: (name) => {
      shell.request('cancel', { run: name }).catch((error: unknown) => failed(sayActions.cancelFailed, error))
    },
    go: (place) => store.setState({ place, asking: null }),
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
