import type { Host } from './host.ts'

/** The one place where the command line meets the system: loaded when a command needs it, never for --help. */
export async function openSystem(env: Host['env']): Promise<Awaited<ReturnType<Host['openSystem']>>> {
  const system = await import('../system/open-system.ts')
  return await system.openSystem(env)
}
