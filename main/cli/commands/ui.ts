import { openGateway, type Gateway } from '../../gateway/open-gateway.ts'
import { sayList } from '../../model/say.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { serveUi, type UiServer } from '../../ui-server/serve.ts'
import { writeJson, type Face } from '../face.ts'
import type { Interrupt } from '../host.ts'
import { handOver, whyNoDesktop } from '../hand-over.ts'
import { SCHEMA_VERSION } from '../json/shape.ts'
import { productVersion } from '../../system/product.ts'
import { INTERRUPTED } from '../interrupted.ts'
import { oneLine } from '../layout.ts'

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
        `Ctrl-C ends it; services keep running.${again ? ' Each address opens one tab, once: press Enter for a new one.' : ''}`,
      )
      // Not waited for: a Docker that hangs must not hold up the rest.
      void sayDocker(face, gateway).catch(() => undefined)
      const undo = again ? onEnter(face, () => face.out.line(server.address('printed'))) : () => undefined
      const by = await ended.wait
      undo()
      await leave(face, gateway, by)
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

/** How long Docker may take to answer before nothing is said of it (ms); the window tells all the same. */
const DOCKER_MS = 3000

/** Says on the terminal that there is no Docker, for a first start often ends there. */
async function sayDocker(face: Face, gateway: Gateway): Promise<void> {
  let tell: ((docker: Snapshot['docker']) => void) | undefined
  const seen = new Promise<Snapshot['docker']>((resolve) => {
    tell = resolve
  })
  const client = gateway.connect({
    push(told) {
      if (told.event === 'snapshot' && told.payload.docker.kind !== 'connecting') tell?.(told.payload.docker)
    },
    ready: () => Promise.resolve(),
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), DOCKER_MS)
  })
  try {
    await client.request('watch', { closely: false })
    const docker = await Promise.race([seen, late])
    if (docker?.kind === 'down')
      face.err.line(
        `Docker does not answer: ${oneLine(docker.says)} The window and maculactl doctor say what to do.`,
      )
  } finally {
    clearTimeout(timer)
    client.close()
  }
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
        : `${why} Nothing was opened: open the address in a browser of this machine.`,
    )
    // Whoever has no display here, or came by ssh, has the browser on another machine.
    if (why !== undefined && (whyNoDesktop(host) !== undefined || (host.env['SSH_CONNECTION'] ?? '') !== ''))
      face.err.line(
        `From your own machine: ssh -N -L ${server.port}:127.0.0.1:${server.port} THIS-MACHINE, then open the same address there.`,
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

/**
 * What was begun in the window: with its terminal closed it is finished first, for nobody said to stop it; a Ctrl-C ends it
 * where it is, in order, and says so.
 */
async function leave(face: Face, gateway: Gateway, by: Interrupt): Promise<void> {
  const runs = gateway.underWay()
  if (runs.length === 0) return
  if (by === 'hang-up') return await gateway.settled()
  const verbs = runs.map(({ verb }) => verb)
  face.err.line(
    `What is under way in the window (${sayList(verbs)}) stops where it is; what runs keeps running. Ctrl-C again quits at once.`,
  )
}

/** Waits for Ctrl-C; a second one ends at once. */
function interrupted({ host }: Face): { readonly wait: Promise<Interrupt>; undo(): void } {
  let undo = (): void => undefined
  let first = true
  const wait = new Promise<Interrupt>((resolve) => {
    undo = host.onInterrupt((by) => {
      if (!first && by !== 'hang-up') return host.endAtOnce(INTERRUPTED)
      first = false
      resolve(by)
    }, 'ends')
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
