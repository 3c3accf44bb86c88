import { openGateway } from '../../gateway/open-gateway.ts'
import { serveUi, type UiServer } from '../../ui-server/serve.ts'
import { writeJson, type Face } from '../face.ts'
import { handOver, whyNoDesktop } from '../hand-over.ts'
import { SCHEMA_VERSION } from '../json/shape.ts'
import { productVersion } from '../product.ts'
import { INTERRUPTED } from './run.ts'

export interface UiOptions {
  readonly port?: string
  readonly open: boolean
}

/** Serves the window to browsers of this machine until Ctrl-C (or SIGTERM). */
export async function ui(face: Face, options: UiOptions): Promise<number> {
  const { host } = face
  const ended = interrupted(face)
  const gateway = await openGateway({
    open: async () => await host.openSystem(),
    face: 'browser',
    version: productVersion(),
  })
  try {
    const server = await serveUi({
      gateway,
      folder: await host.windowFolder(),
      port: Number(options.port ?? 0),
    })
    let tidy: (() => Promise<void>) | undefined
    try {
      const url = server.address('printed')
      if (face.json) {
        const { uiSchema } = await import('../json/ui.ts')
        await writeJson(face.out, uiSchema.parse({ version: SCHEMA_VERSION, url }), 'whole')
      } else face.out.line(url)
      if (options.open) tidy = await openBrowser(face, server)
      const again = host.input.isTTY === true && !face.json
      face.err.line(
        `Ctrl-C ends it; services keep running.${again ? ' An address opens one tab, once: Enter prints another.' : ''}`,
      )
      const undo = again ? onEnter(face, () => face.out.line(server.address('printed'))) : () => undefined
      await ended.wait
      undo()
    } finally {
      await tidy?.()
      await server.close()
    }
  } finally {
    await gateway.close()
    ended.undo()
  }
  return 0
}

/** Opens the window in the desktop's browser, or says why not; returns what is to be done at the end. */
async function openBrowser(face: Face, server: UiServer): Promise<() => Promise<void>> {
  const { host } = face
  const nothing = (): Promise<void> => Promise.resolve()
  const open = async (target: string): Promise<void> => {
    const why = whyNoDesktop(host) ?? (await handOver(face, target))
    face.err.line(
      why === undefined
        ? 'Opened in your browser. The address above opens another tab.'
        : `${why} Open the address in a browser of this machine.`,
    )
  }
  if (host.platform === 'linux') {
    // Every user can read arguments; the server takes this token from programs of this user only.
    await open(server.address('argument'))
    return nothing
  }
  // Here the server cannot see whose program asks: the address goes by a file that only this user can read.
  const file = await host.keepPrivate(
    'macula-desktop.html',
    `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url=${server.address('printed')}">`,
  )
  await open(file.path)
  return async () => await file.remove()
}

/** Waits for Ctrl-C; a second one ends at once. */
function interrupted({ host }: Face): { readonly wait: Promise<void>; undo(): void } {
  let undo = (): void => undefined
  let first = true
  const wait = new Promise<void>((resolve) => {
    undo = host.onInterrupt(() => {
      if (!first) return host.endAtOnce(INTERRUPTED)
      first = false
      resolve()
    })
  })
  return { wait, undo: () => undo() }
}

/** Calls `tell` for each Enter at the terminal, until the returned undo. */
function onEnter({ host }: Face, tell: () => void): () => void {
  const heard = (chunk: Buffer | string): void => {
    for (const character of String(chunk)) if (character === '\n' || character === '\r') tell()
  }
  host.input.on('data', heard)
  return () => {
    host.input.off('data', heard)
    host.input.pause()
  }
}
