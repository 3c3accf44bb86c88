import type { Endpoint } from '../docker/endpoint.ts'
import { searchPath } from './tool.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Who the person is and where their own things lie: all that docker, compose and kind get of their environment. */
const passed = ['HOME', 'USER', 'LOGNAME', 'TMPDIR', 'XDG_RUNTIME_DIR']

/**
 * The environment of the programs we run, by an allow-list: whatever else a shell, a menu or a timer sets (DOCKER_*,
 * COMPOSE_*, proxies, OTEL_*, GODEBUG …) would make another container from the same files. `config`: docker's folder of
 * ours (own-config.ts), so that the proxies, contexts and hooks of the person's do not count either.
 */
export function toolEnvironment(env: Environment, config?: string): Readonly<Record<string, string>> {
  const own = passed.flatMap((name) => {
    const value = env[name]
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  return {
    ...Object.fromEntries(own),
    PATH: searchPath(env).join(':'),
    ...(config === undefined ? {} : { DOCKER_CONFIG: config }),
  }
}

/** What leads docker's own programs to the engine that we speak to. */
export function endpointEnvironment(endpoint: Endpoint): Readonly<Record<string, string>> {
  switch (endpoint.kind) {
    case 'socket':
      return { DOCKER_HOST: `unix://${endpoint.path}` }
    case 'tcp': {
      const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
      return {
        DOCKER_HOST: `tcp://${host}:${endpoint.port}`,
        ...(endpoint.tls ? { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: endpoint.tls.folder } : {}),
      }
    }
    case 'unusable':
      return {}
  }
}

/** Whether a proxy lies on this machine's loopback, where no container reaches it. */
function isLoopback(proxy: string): boolean {
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined
  const host = url?.hostname ?? proxy
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.')
}

/**
 * The person's proxies for the nodes of a cluster, which pull images from outside; what is in `direct` (names, domains,
 * subnets) never goes through them. A proxy on loopback is left out: in a node that is the node itself.
 */
export function proxiesFor(env: Environment, direct: readonly string[]): Readonly<Record<string, string>> {
  const given = (name: string): string | undefined => env[name] || env[name.toLowerCase()] || undefined
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY'].flatMap((name) => {
    const proxy = given(name)
    return proxy === undefined || isLoopback(proxy) ? [] : [[name, proxy] as const]
  })
  if (proxies.length === 0) return {}
  const without = [given('NO_PROXY'), ...direct].filter((one) => one !== undefined && one !== '')
  return { ...Object.fromEntries(proxies), NO_PROXY: without.join(',') }
}
