/** How the window does what is pressed: asks, tells of it from its begin to what came of it, and says what was refused. */
import { MaculaError, troubleOf, type Trouble } from '../main/model/errors.ts'
import type { RunResult } from '../main/model/run.ts'
import { began, DEED_MS, ended, plainLabel } from './store/deeds.ts'
import { foundBy, titlesOf } from './store/looked.ts'
import type { Expectation, Shell } from './store/shell.ts'
import { newToken } from './token.ts'
import { sayActions } from './words/actions.ts'
import { sayRepaired } from './words/deeds.ts'

/** The first trouble of several, with how many others there are. */
function sayAlso(trouble: Trouble, others: number): Trouble {
  return others === 0
    ? trouble
    : { ...trouble, why: [trouble.why, sayActions.others(others)].filter(Boolean).join(' ') }
}

/** What every press has in common, over a store and its link. */
export function createDoing(shell: Shell) {
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

  return { attempt, failed, nameOf, repaired, run, titleOf, told }
}

export type Doing = ReturnType<typeof createDoing>
