import { bindsOf, plainPath } from './mounts.ts'
import type { Variables } from './variables.ts'

const wide: readonly (readonly [string, unknown, string])[] = [
  ['privileged', true, 'It runs privileged: it can do anything on this machine.'],
  ['use_api_socket', true, 'It is given the Docker socket: it can start and stop any container.'],
  ['pid', 'host', 'It sees all processes of this machine.'],
  ['ipc', 'host', 'It shares the memory of programs of this machine.'],
  ['userns_mode', 'host', 'It runs as the users of this machine.'],
]

/**
 * What a person should know about a service of their own before its first start (faults.md row 6). `file`: the whole file;
 * a volume at its top may be a folder of this machine as well.
 */
export function warningsOf(
  compose: Readonly<Record<string, unknown>>,
  file: unknown,
  variables: Variables,
): readonly string[] {
  const warnings = wide.flatMap(([key, value, says]) => (compose[key] === value ? [says] : []))
  const volumes = (file as { volumes?: unknown } | null)?.volumes
  const mounts = [
    ...bindsOf(compose, variables).map(({ source }) => source),
    ...(typeof volumes === 'object' && volumes !== null ? Object.values(volumes).map(deviceOf) : []),
  ].map(plainPath)
  if (mounts.includes('/')) warnings.push('It mounts the whole file system of this machine.')
  if (mounts.some((source) => source.endsWith('docker.sock')))
    warnings.push('It mounts the Docker socket: it can start and stop any container.')
  if (Array.isArray(compose['cap_add']) && compose['cap_add'].length > 0)
    warnings.push(`It asks for extra capabilities: ${compose['cap_add'].map(String).join(', ')}.`)
  if (Array.isArray(compose['devices']) && compose['devices'].length > 0)
    warnings.push(`It uses devices of this machine: ${compose['devices'].map(String).join(', ')}.`)
  return warnings
}

/** The folder that a named volume of the local driver is bound to. */
function deviceOf(volume: unknown): string {
  const device = (volume as { driver_opts?: { device?: unknown } } | null)?.driver_opts?.device
  return typeof device === 'string' ? device : ''
}
