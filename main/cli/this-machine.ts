import type { Ask, Host, Launched } from './host.ts'
import { speaksUnicode } from './style.ts'

/** How long a program that opens URLs may take to say that it cannot; a browser it starts may go on for hours. */
const LAUNCH_MS = 3000

async function launch(program: string, url: string): Promise<Launched> {
  const { execa } = await import('execa')
  const { findTool } = await import('../system/host/tool.ts')
  const found = await findTool(program, process.env)
  if (found === undefined) return { kind: 'failed', says: 'it is not installed' }
  const child = execa(found, [url], {
    detached: true,
    cleanup: false,
    reject: false,
    stdio: 'ignore',
  })
  child.nodeChildProcess.unref()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LAUNCH_MS)
  })
  const ended = await Promise.race([child, late])
  clearTimeout(timer)
  if (ended === undefined || !ended.failed) return { kind: 'opened' }
  return { kind: 'failed', says: `exit code ${ended.exitCode ?? 'none'}` }
}

/**
 * The questions' library decides once, when it is loaded, whether to draw with Unicode, and looks at TERM only,
 * not at the locale: it is shown the terminal that has none while it loads.
 */
async function loadAsk(): Promise<Ask> {
  const { env, platform, stdin, stderr } = process
  const term = env['TERM']
  if (!speaksUnicode(env, platform)) env['TERM'] = 'linux'
  try {
    const { askOn } = await import('./ask.ts')
    return askOn(stdin, stderr)
  } finally {
    if (term === undefined) delete env['TERM']
    else env['TERM'] = term
  }
}

/** The machine this process runs on. */
export function thisMachine(): Host {
  const { env, platform, stdout, stderr } = process
  return {
    out: stdout,
    err: stderr,
    // Node opens it when it is first asked for, with a stream that few commands need.
    get input() {
      return process.stdin
    },
    env,
    platform,
    now: Date.now,
    launch,
    ask: {
      one: async (choice) => await (await loadAsk()).one(choice),
      text: async (question) => await (await loadAsk()).text(question),
      secret: async (question) => await (await loadAsk()).secret(question),
      some: async (choice) => await (await loadAsk()).some(choice),
    },
    onInterrupt(tell, hangUp) {
      const heard = {
        SIGINT: () => tell('interrupt'),
        SIGTERM: () => tell('terminate'),
        SIGHUP: () => (hangUp === 'ends' ? tell('hang-up') : undefined),
      } as const
      for (const [signal, on] of Object.entries(heard)) process.on(signal, on)
      return () => {
        for (const [signal, on] of Object.entries(heard)) process.off(signal, on)
      }
    },
    outliveTerminal() {
      const stay = (): void => undefined
      process.on('SIGHUP', stay)
      return () => process.off('SIGHUP', stay)
    },
    endAtOnce: (code) => process.exit(code),
    openSystem: async () => await (await import('./open.ts')).openSystem(env),
    windowFolder: async () => (await import('../ui-server/pages.ts')).windowFolder(),
    async keepPrivate(name, text) {
      const { mkdtemp, rm, writeFile } = await import('node:fs/promises')
      const { tmpdir } = await import('node:os')
      // A folder that is made new is nobody else's: 0700.
      const folder = await mkdtemp(`${tmpdir()}/macula-`)
      const path = `${folder}/${name}`
      await writeFile(path, text, { mode: 0o600, flag: 'wx' })
      return { path, remove: async () => await rm(folder, { recursive: true, force: true }) }
    },
    async readText(path) {
      const { readIfThere } = await import('../system/files.ts')
      return await readIfThere(path).catch(() => undefined)
    },
    async runForwarder(argv, protocol) {
      const { runOwnForwarder, runUdpForwarder } = await import('../system/forward/own-forwarder.ts')
      await (protocol === 'udp' ? runUdpForwarder : runOwnForwarder)(argv)
    },
  }
}
