import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { HostAdapter } from '../../engine/adapters.ts'
import type { AddressSeen, ListenerSeen } from '../../model/observation.ts'
import { listenerKey } from '../../model/listeners.ts'
import { isUdp, type Protocol } from '../../model/protocol.ts'
import { holderOf, holderSocket, isFree, listening, type Listening } from '../process/sockets.ts'
import { stuckOf } from '../process/stuck.ts'
import { ask } from './ask.ts'
import { interfacesNow, isOwnInterface } from './interfaces.ts'
import { lookupName } from './lookup.ts'
import { nameLines } from './name-lines.ts'
import { openFiles } from './open-files.ts'
import { findTool } from './tool.ts'
import { wayTo } from './way.ts'

/** One reading of the socket tables serves all questions of the same look (ms). */
const TABLE_AGE_MS = 20

/** The interfaces with an address that are none of loopback, Docker or its clusters. */
export function linksUp(all: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(all).filter(isOwnInterface)
}

/** The machine as any program on it sees it (Linux). `dnsPort`: where our own name server is, on 127.0.0.1. */
export function openHost(env: Readonly<Record<string, string | undefined>>, dnsPort: number): HostAdapter {
  const tables = new Map<Protocol, { readonly at: number; readonly sockets: Promise<readonly Listening[]> }>()
  const sockets = async (protocol: Protocol): Promise<readonly Listening[]> => {
    const known = tables.get(protocol)
    if (known && performance.now() - known.at <= TABLE_AGE_MS) return await known.sockets
    const table = { at: performance.now(), sockets: listening(protocol) }
    tables.set(protocol, table)
    return await table.sockets
  }
  const underWay = new Map<string, ReturnType<HostAdapter['lookup']>>()

  return {
    async lookup(name, deadline) {
      // The same name asked twice at the same moment is one question.
      const same = underWay.get(name)
      if (same) return await same
      const answer = lookupName(name, deadline).finally(() => underWay.delete(name))
      underWay.set(name, answer)
      return await answer
    },
    nameLines: async (name, address, answers) =>
      await nameLines(name, address, answers, { address: '127.0.0.1', port: dnsPort }),
    links: () => linksUp(interfacesNow()),
    wayTo: async (address, bridge) => await wayTo(address, bridge, env),
    openFiles,
    async canBind(address): Promise<AddressSeen> {
      const began = performance.now()
      return await new Promise((resolve) => {
        const server = createServer()
        server.on('error', (error: NodeJS.ErrnoException) =>
          resolve({ kind: 'absent', code: error.code ?? 'unknown', ms: performance.now() - began }),
        )
        server.listen({ host: address, port: 0 }, () => {
          server.close(() => resolve({ kind: 'ok', ms: performance.now() - began }))
        })
      })
    },
    async listener(address, port, ours, protocol = 'tcp'): Promise<ListenerSeen> {
      const began = performance.now()
      const elapsed = (): number => performance.now() - began
      const socket = holderSocket(await sockets(protocol), address, port)
      if (!socket) return { kind: 'free', ms: elapsed() }
      // A bind tells whether it is in the way, where we may bind at all.
      if (socket.six === true && !isUdp(socket) && (await isFree({ address, port })))
        return { kind: 'free', ms: elapsed() }
      const key = listenerKey({ address, port, protocol })
      const own = ours.find((one) => listenerKey(one) === key)
      if (own && socket.address === address) {
        const { pid, program } = own
        const hung = await stuckOf(pid, { address, port, protocol })
        const how = hung === undefined ? ({ kind: 'ours' } as const) : ({ kind: 'hung', hung } as const)
        return { ...how, pid, program, ms: elapsed() }
      }
      return { kind: 'foreign', holder: await holderOf(socket), ms: elapsed() }
    },
    ask,
    async lowestPort() {
      const text = await readFile('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8').catch(() => '1024')
      return process.getuid?.() === 0 ? 1 : Number(text.trim())
    },
    tool: async (name) => await findTool(name, env),
  }
}
