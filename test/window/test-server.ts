/**
 * The real server and the real built window over a stand-in engine, without Docker:
 *
 *   npm run build -- renderer
 *   node test/window/test-server.ts [WORLD]     green | trouble | ten-red | docker-down | nothing
 *
 * prints an address to open. A world's name and Enter switches to it live; Enter alone prints a fresh address. Services
 * can be started and stopped, logs and load go on, set-up and settings answer; nothing is done to the machine.
 * Tests: `const server = await openTestServer('trouble')`, then `server.url()`, `server.switchTo('green')`,
 * `server.show('logs', 'tempo')`, `server.asked`, `server.close()`.
 */
import { createInterface } from 'node:readline'
import type { Listener } from '../../main/gateway/context.ts'
import { openGateway, type Gateway } from '../../main/gateway/open-gateway.ts'
import { windowFolder } from '../../main/ui-server/pages.ts'
import { serveUi, type UiServerOptions } from '../../main/ui-server/serve.ts'
import type { Engine } from '../../main/engine/engine.ts'
import type { Told, View } from '../../preload/contract.ts'
import { systemOf } from '../unit/ui-server/system.ts'
import { lively, type Lively } from './lively.ts'
import { isWorld, worlds, type WorldName } from './worlds.ts'

export interface TestServer extends Pick<Lively, 'switchTo' | 'hold' | 'asked' | 'publish'> {
  /** A fresh one-time address. */
  url(): string
  /** Tells every open page something, as if the engine had. */
  tell(told: Told): void
  /** Leads every open page to a view, as a tray item does. */
  show(view: View, service?: string, asks?: 'delete'): void
  /** Resolves once so many pages are connected; rejects when they are not within a minute. */
  pages(count: number): Promise<void>
  close(): Promise<void>
}

const ARRIVAL_MS = 60_000

/** Opens a server with a world on it; `over`: parts of the engine in place of the stand-in's. */
export async function openTestServer(
  world: WorldName,
  {
    over,
    ...options
  }: Partial<Pick<UiServerOptions, 'folder' | 'port' | 'times'>> & { readonly over?: Partial<Engine> } = {},
): Promise<TestServer> {
  const engine = lively(world, over)
  // Opened again after every change of the settings, which it keeps in memory: the same one then.
  const system = systemOf(engine.engine)
  const real = await openGateway({
    open: () => Promise.resolve(system),
    face: 'browser',
    version: '0.1.0',
  })
  const listeners = new Set<Listener>()
  const arrivals = new Set<() => void>()
  const gateway: Gateway = {
    ...real,
    connect(listener) {
      listeners.add(listener)
      for (const arrived of arrivals) arrived()
      const client = real.connect(listener)
      return {
        ...client,
        close() {
          listeners.delete(listener)
          client.close()
        },
      }
    },
  }
  const server = await serveUi({ gateway, folder: windowFolder(), port: 0, ...options })
  const tell = (told: Told): void => {
    for (const listener of listeners) listener.push(told)
  }
  return {
    switchTo: (name) => engine.switchTo(name),
    hold: engine.hold,
    asked: engine.asked,
    publish: () => engine.publish(),
    url: () => server.address('printed'),
    tell,
    show: (view, service, asks) =>
      tell({
        event: 'show',
        payload: {
          view,
          ...(service === undefined ? {} : { service }),
          ...(asks === undefined ? {} : { asks }),
        },
      }),
    pages: async (count) =>
      await new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          arrivals.delete(look)
          reject(
            new Error(
              `${listeners.size} of ${count} pages came within a minute: does the built window open its link?`,
            ),
          )
        }, ARRIVAL_MS)
        const look = (): void => {
          if (listeners.size < count) return
          arrivals.delete(look)
          clearTimeout(timer)
          resolve()
        }
        arrivals.add(look)
        look()
      }),
    async close() {
      await server.close()
      await real.close()
    },
  }
}

/** The server for a person. */
async function main(name = 'trouble'): Promise<void> {
  if (!isWorld(name)) throw new Error(`There is no world "${name}": ${Object.keys(worlds).join(', ')}.`)
  const server = await openTestServer(name)
  console.log(server.url())
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) {
    const word = line.trim()
    if (word === '') console.log(server.url())
    else if (isWorld(word)) server.switchTo(word)
    else console.log(`There is no world "${word}": ${Object.keys(worlds).join(', ')}.`)
  }
  await server.close()
}

if (import.meta.main) await main(process.argv[2])
