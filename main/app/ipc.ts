import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { channels } from '../../preload/channels.ts'
import type { Reply, Told } from '../../preload/contract.ts'
import type { Trouble } from '../model/errors.ts'
import type { Connection, EngineLink } from './engine-link.ts'
import { isOurs } from './page-files.ts'

/** The longest request that is taken (characters of its JSON). */
const MOST = 1024 * 1024
const LONGEST_NAME = 40

/** What is answered here instead of by the engine, or added to its answer. `ask`: the engine's own answer. */
export type Special = (input: unknown, ask: () => Promise<Reply>) => Promise<Reply>

/**
 * The one door between the page and everything else: nothing else touches `ipcMain`. Only the main frame of the given
 * contents, showing our page, is heard; names and shapes are checked once more by the engine's door.
 */
export function openIpc(options: {
  readonly link: EngineLink
  readonly specials: Readonly<Record<string, Special>>
  readonly log: (says: string) => void
}): { attach(contents: WebContents): void; tell(told: Told): void } {
  let contents: WebContents | undefined
  let connection: Connection | undefined

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
    if (contents && !contents.isDestroyed() && !contents.isCrashed()) contents.send(channels.told, told)
    // Nobody there takes it: streams must not wait for it.
    else connection?.took(1)
  }

  /** A new page starts with a connection of its own; what the old one watched and streamed ends. */
  function renew(): void {
    connection?.close()
    connection = undefined
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
    if (isOurPage(event)) connection?.took(1)
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
