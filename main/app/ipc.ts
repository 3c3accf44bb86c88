import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { channels } from '../../preload/channels.ts'
import type { Reply, Told } from '../../preload/contract.ts'
import type { Trouble } from '../model/errors.ts'
import type { Connection, EngineLink } from './engine-link.ts'
import { isOurs } from './page-files.ts'

/** The longest request that is taken (characters of its JSON). */
const MOST = 1024 * 1024
const LONGEST_NAME = 40
/** Half of the time after which a page that takes nothing is hung (ms). */
const PATIENCE_MS = 7500

/** What is answered here instead of by the engine, or added to its answer. `ask`: the engine's own answer. */
export type Special = (input: unknown, ask: () => Promise<Reply>) => Promise<Reply>

/**
 * The one gateway between the page and everything else: nothing else touches `ipcMain`. Only the main frame of the given
 * contents, showing our page, is heard; names and shapes are checked once more by the engine's gateway.
 */
export function openIpc(options: {
  readonly link: EngineLink
  readonly specials: Readonly<Record<string, Special>>
  readonly log: (says: string) => void
  /** The page has not taken what it was told for a long while: it hangs. */
  readonly onHung: () => void
}): { attach(contents: WebContents): void; tell(told: Told): void } {
  let contents: WebContents | undefined
  let connection: Connection | undefined
  /** Told to the page and not yet taken. */
  let away = 0
  let patience: NodeJS.Timeout | undefined

  /** A page that takes anything is alive. Twice as long, because after a sleep the first time may be over at once. */
  function waitForPage(): void {
    clearTimeout(patience)
    if (away === 0) return
    patience = setTimeout(() => {
      patience = setTimeout(options.onHung, PATIENCE_MS)
    }, PATIENCE_MS)
  }

  function taken(): void {
    away = Math.max(0, away - 1)
    waitForPage()
    connection?.took(1)
  }

  /** Whether who speaks is our page, as the frame says of itself now. */
  function isOurPage(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
    const frame = event.senderFrame
    return (
      contents !== undefined &&
      !contents.isDestroyed() &&
      event.sender === contents &&
      frame !== null &&
      frame.parent === null &&
      isOurs(frame.url)
    )
  }

  function push(told: Told): void {
    if (contents && !contents.isDestroyed() && !contents.isCrashed()) {
      contents.send(channels.told, told)
      away += 1
      if (away === 1) waitForPage()
    }
    // Nobody there takes it: streams must not wait for it.
    else connection?.took(1)
  }

  /** A new page starts with a connection of its own; what the old one watched and streamed ends. */
  function renew(): void {
    connection?.close()
    connection = undefined
    away = 0
    waitForPage()
  }

  ipcMain.handle(channels.request, async (event, ...args: unknown[]): Promise<Reply> => {
    if (!isOurPage(event)) {
      options.log(`a request from ${event.senderFrame?.url ?? 'a frame that is gone'} was refused`)
      return refused('This page may not ask anything of Macula Desktop.')
    }
    const [name, input] = args
    if (args.length !== 2 || typeof name !== 'string' || name.length > LONGEST_NAME)
      return refused('A request has a name and an input, nothing else.')
    if (sizeOf(input) > MOST) return refused(`The request ${name} is longer than 1 MB.`)
    connection ??= options.link.connect(push)
    const ask = async (): Promise<Reply> =>
      (await connection?.request(name, input)) ?? refused('The page is gone.')
    const special = Object.prototype.hasOwnProperty.call(options.specials, name)
      ? options.specials[name]
      : undefined
    return special ? await special(input, ask) : await ask()
  })

  ipcMain.on(channels.took, (event) => {
    if (isOurPage(event)) taken()
  })

  return {
    attach(next) {
      contents = next
      renew()
      next.on('did-start-navigation', (_details, _url, sameDocument, mainFrame) => {
        if (mainFrame && !sameDocument) renew()
      })
      next.on('render-process-gone', renew)
      next.on('destroyed', renew)
    },
    tell: push,
  }
}

function sizeOf(input: unknown): number {
  try {
    return JSON.stringify(input)?.length ?? 0
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

function refused(what: string): Reply {
  const trouble: Trouble = { kind: 'usage', what }
  return { ok: false, trouble }
}
