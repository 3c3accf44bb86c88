import { clipboard, dialog, Notification, shell } from 'electron'
import type { Input } from '../../preload/contract.ts'
import { troubleOf } from '../model/errors.ts'
import type { Fix } from '../model/ladder.ts'
import { sayClusterPrice, sayClusters } from '../model/cluster-price.ts'
import { createdBy, hasToStop } from '../model/may.ts'
import { foundSince, sayFound } from '../model/looked.ts'
import { deedWords, engineWords, noticeBody } from '../model/notices.ts'
import { problemsOf } from '../model/problems.ts'
import type { RunResult } from '../model/run.ts'
import { stopQuestion } from './consequence-words.ts'
import { runName, type EngineClient } from './engine-client.ts'
import { mayOpen } from './may-open.ts'
import type { TrayAct, TrayDeed } from './tray-items.ts'
import type { Window } from './window.ts'

/** How long the menu says what came of a press (ms). */
const DEED_MS = 120_000

/** Does what a tray item asks for. Never rejects: what goes wrong is said in a dialog. */
export function createActs(options: {
  readonly engine: EngineClient
  readonly window: Window
  readonly quit: () => void
  /** Told of a press that mends or looks, from its begin until it is old. */
  readonly deed: (deed: TrayDeed | undefined) => void
}): (act: TrayAct) => Promise<void> {
  const { engine, window } = options
  /** How many presses were told of: what came of an older one is old. */
  let latest = 0
  /** Electron forgets the click of a notification that nobody holds. */
  const shown = new Set<Notification>()

  return async (act) => {
    try {
      await perform(act)
    } catch (error) {
      const { what, why = '', todo = '' } = troubleOf(error)
      await dialog.showMessageBox({
        type: 'warning',
        message: what,
        detail: [why, todo].filter((part) => part !== '').join('\n'),
        buttons: ['OK'],
      })
    }
  }

  async function perform(act: TrayAct): Promise<void> {
    switch (act.kind) {
      case 'show': {
        const { kind: _, ...shown } = act
        window.show(shown)
        return
      }
      case 'copy':
        await clipboard.writeText(act.text)
        return
      case 'open': {
        const answer = await engine.ask('open', { service: act.service })
        await openOutside(answer.url, engine)
        return
      }
      case 'start':
        if (!(await mayCreate(act.services))) return
        said(await engine.ask('start', { run: runName(), services: [...act.services] }))
        return
      case 'restart':
        said(await engine.ask('restart', { run: runName(), services: [...act.services] }))
        return
      case 'stop':
        await stop(act.services, act.title, { always: act.always, quits: false })
        return
      case 'engine':
        await startEngine()
        return
      case 'look':
        await told('Check again', async () => {
          await engine.ask('look', {})
          return undefined
        })
        return
      case 'fix':
        await mend(act)
        return
      case 'quit':
        options.quit()
        return
      case 'stop and quit':
        if (await stop(act.services, 'all services', { always: true, quits: true })) options.quit()
        return
    }
  }

  /** Ending somebody else's program is asked first. */
  async function mend({ label, fix }: Extract<TrayAct, { kind: 'fix' }>): Promise<void> {
    const { action } = fix
    if (action.kind === 'release') {
      const { response } = await dialog.showMessageBox({
        type: 'question',
        message: `${fix.label.replace(/…$/, '')}?`,
        detail: `${action.what.name} is not of Macula and has ${action.key}. Nothing of it is removed.\n${fix.command}`,
        buttons: [fix.label.replace(/…$/, ''), 'Cancel'],
        defaultId: 1,
        cancelId: 1,
        noLink: true,
      })
      if (response !== 0) return
    }
    await told(label, async () => {
      const result = await engine.ask('fix', { run: runName(), action: sent(fix) })
      said(result)
      return result.failed[0]?.trouble.what
    })
  }

  /** Does something that mends or looks, and tells of it: that it goes on, and what came of it. `work`: resolves with what failed. */
  async function told(label: string, work: () => Promise<string | undefined>): Promise<void> {
    const titles = (): readonly string[] => {
      const snapshot = engine.snapshot()
      return snapshot === undefined ? [] : problemsOf(snapshot).map(({ title }) => title)
    }
    const mine = (latest += 1)
    const [began, before] = [Date.now(), titles()]
    options.deed({ label, began })
    const end = (says: string): void => {
      const at = Date.now()
      options.deed({ label, began, end: { at, says } })
      if (!window.isLooking()) notify(deedWords({ label, began, ended: at, says }))
      setTimeout(() => {
        if (mine === latest) options.deed(undefined)
      }, DEED_MS).unref()
    }
    try {
      const failed = await work()
      end(failed ?? `${sayFound(foundSince(before, titles()))}.`)
    } catch (error) {
      end(troubleOf(error).what)
      throw error
    }
  }

  /** Starts Docker, and says that it answers: the menu that was pressed is gone by then. */
  async function startEngine(): Promise<void> {
    const result = await engine.ask('fix', { run: runName(), action: { kind: 'engine' } })
    said(result)
    if (result.ok && !window.isLooking()) notify(engineWords(engine.snapshot()?.docker, result.ms))
  }

  /** A notification of the desktop; a click on it leads to the window. */
  function notify({ title, body }: { readonly title: string; readonly body: string }): void {
    if (!Notification.isSupported()) return
    const notification = new Notification({ title, body: noticeBody(body, process.platform) })
    const forget = (): void => void shown.delete(notification)
    notification.on('click', () => {
      forget()
      window.show({ view: 'services' })
    })
    notification.on('close', forget)
    shown.add(notification)
    notification.show()
  }

  /** Asks before a start creates a cluster: whether to go on. */
  async function mayCreate(services: readonly string[]): Promise<boolean> {
    const views = engine.snapshot()?.services ?? []
    const rows = createdBy(views, services)
    if (rows.length === 0) return true
    const titles = rows.map((row) => views.find(({ id }) => id === row)?.title ?? row)
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: `Create ${sayClusters(titles)}?`,
      detail: sayClusterPrice(titles.length),
      buttons: ['Create', 'Cancel'],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    })
    return response === 0
  }

  /** Whether they were stopped. */
  async function stop(
    services: readonly string[],
    title: string,
    how: { readonly always: boolean; readonly quits: boolean },
  ): Promise<boolean> {
    const consequences = await engine.ask('consequences', { services: [...services] })
    const count = (engine.snapshot()?.services ?? []).filter(
      (view) => services.includes(view.id) && hasToStop(view),
    ).length
    const question = stopQuestion(title, count, consequences, how)
    let also = false
    if (question) {
      const cancel = question.ways.findIndex((way) => way.also === undefined)
      const { response } = await dialog.showMessageBox({
        type: 'question',
        message: question.message,
        detail: question.detail,
        buttons: question.ways.map(({ label }) => label),
        defaultId: cancel,
        cancelId: cancel,
        noLink: true,
      })
      const way = question.ways[response]
      if (way?.also === undefined) return false
      also = way.also
    }
    if (services.length === 0) return true
    const result = await engine.ask('stop', { run: runName(), services: [...services], also, remove: false })
    said(result)
    return result.ok
  }

  /** What failed shows in the tray and the window as well; a person who pressed here is told here. */
  function said(result: RunResult): void {
    const [first] = result.failed
    if (first && !window.isLooking()) window.show({ view: 'services', service: first.service })
  }
}

/** Hands a URL to the desktop after checking it once more; throws when it is not one of ours. */
export async function openOutside(url: string, engine: EngineClient): Promise<void> {
  const checked = mayOpen(url, engine.snapshot())
  if (checked === undefined)
    throw new Error(`${JSON.stringify(url.slice(0, 200))} is not an address of a service.`)
  await shell.openExternal(checked)
}

/** A fix as the contract takes it. */
function sent({ action }: Fix): Input<'fix'>['action'] {
  switch (action.kind) {
    case 'start':
    case 'restart':
      return { ...action, services: [...action.services] }
    case 'forward':
    case 'engine':
    case 'route':
    case 'release':
      return action
    case 'setup':
    case 'logs':
    case 'subnet':
    case 'none':
      throw new Error(`${action.kind} is carried out by nobody.`)
  }
}
