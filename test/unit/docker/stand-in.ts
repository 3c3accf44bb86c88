import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '../../../main/model/service.ts'

/** A server on a unix socket in the place of dockerd: for what a real one cannot be created to do. */
export async function standIn(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly socket: string; readonly settings: Settings; readonly close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'macula-docker-'))
  const socket = join(folder, 'docker.sock')
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    socket,
    settings: settingsFor(socket),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true })
    },
  }
}

/** Settings that lead to the engine at `dockerHost`. */
export function settingsFor(dockerHost: string, project = 'macula-ut'): Settings {
  return {
    ...defaultSettings,
    suffix: 'macula.test',
    subnet: '172.28.77.0/24',
    project,
    dnsPort: 5399,
    dockerHost,
  }
}

/** What dockerd answers to /version and /info. */
export const honest: Readonly<Record<string, unknown>> = {
  '/version': { Version: '29.7.2', ApiVersion: '1.52' },
  '/info': { OSType: 'linux', OperatingSystem: 'Debian GNU/Linux 12', KernelVersion: 'other' },
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}
