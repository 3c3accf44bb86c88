import type { Face } from './face.ts'

/** Why there is nothing here that could open a URL, or undefined. */
export function whyNoDesktop({ env, platform }: Face['host']): string | undefined {
  if (platform === 'darwin') return undefined
  return (env['DISPLAY'] ?? '') === '' && (env['WAYLAND_DISPLAY'] ?? '') === ''
    ? 'There is no display here.'
    : undefined
}

/** Hands a URL or a file to the desktop: why it could not be asked, or undefined when it took it. */
export async function handOver(face: Face, url: string): Promise<string | undefined> {
  const why = whyNoDesktop(face.host)
  if (why !== undefined) return why
  const program = face.host.platform === 'darwin' ? 'open' : 'xdg-open'
  const result = await face.host.launch(program, url)
  return result.kind === 'opened' ? undefined : `${program} did not open it (${result.says}).`
}
