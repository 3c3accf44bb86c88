/** What a person should know about a service of their own before its first start (faults.md row 6). */
export function warningsOf(compose: Readonly<Record<string, unknown>>): readonly string[] {
  const warnings: string[] = []
  if (compose['privileged'] === true) warnings.push('It runs privileged: it can do anything on this machine.')
  const mounts = Array.isArray(compose['volumes']) ? compose['volumes'].map(sourceOf) : []
  if (mounts.includes('/')) warnings.push('It mounts the whole file system of this machine.')
  if (mounts.some((source) => source.endsWith('docker.sock')))
    warnings.push('It mounts the Docker socket: it can start and stop any container.')
  if (compose['pid'] === 'host') warnings.push('It sees all processes of this machine.')
  if (Array.isArray(compose['cap_add']) && compose['cap_add'].length > 0)
    warnings.push(`It asks for extra capabilities: ${compose['cap_add'].map(String).join(', ')}.`)
  return warnings
}

function sourceOf(volume: unknown): string {
  if (typeof volume === 'string') return volume.split(':')[0] ?? ''
  if (typeof volume === 'object' && volume !== null) {
    const source = (volume as { source?: unknown }).source
    if (typeof source === 'string') return source
  }
  return ''
}
