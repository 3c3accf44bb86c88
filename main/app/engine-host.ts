import type { Gateway, GatewayClient } from '../gateway/open-gateway.ts'
import type { Told } from '../../preload/contract.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { createTeller } from '../model/snapshot-changes.ts'
import type { FromEngine, ToEngine } from './frames.ts'

/** Events on their way before streams wait: enough to keep a window busy, too few to pile up. */
const WINDOW = 32

/** What is on its way to one connection. */
interface Traffic {
  /** Sent and not yet taken. */
  away: number
  waiting: (() => void)[]
  /** The newest that the other side had no room for. */
  snapshot?: Snapshot
}

interface Connection {
  readonly client: GatewayClient
  readonly traffic: Traffic
  /** Tells the snapshot that waited. */
  room(): void
}

/** Serves the gateway over one message port: `frame` takes what the shell sends. `end` is called when it asks to end. */
export function hostGateway(
  gateway: Gateway,
  send: (frame: FromEngine) => void,
  end: () => void,
): (frame: ToEngine) => void {
  const connections = new Map<number, Connection>()

  function release(traffic: Traffic): void {
    const { waiting } = traffic
    traffic.waiting = []
    for (const go of waiting) go()
  }

  function connect(connection: number, face: 'tray' | undefined): void {
    const traffic: Traffic = { away: 0, waiting: [] }
    const teller = createTeller()
    const pass = (told: Told): void => {
      traffic.away += 1
      send({ kind: 'told', connection, told })
    }
    // The gateway may push before it returns: what is under way is told at once.
    const client = gateway.connect(
      {
        push(told) {
          if (told.event !== 'snapshot') pass(told)
          // Who takes nothing is told the newest once there is room, not each.
          else if (traffic.away >= WINDOW) traffic.snapshot = told.payload
          else pass(teller.tell(told.payload))
        },
        anew: () => teller.anew(),
        async ready() {
          if (traffic.away < WINDOW) return
          await new Promise<void>((resolve) => traffic.waiting.push(resolve))
        },
      },
      face,
    )
    connections.set(connection, {
      client,
      traffic,
      room() {
        const { snapshot } = traffic
        delete traffic.snapshot
        if (snapshot) pass(teller.tell(snapshot))
      },
    })
  }

  async function answer(
    client: GatewayClient,
    connection: number,
    id: number,
    { name, input }: { readonly name: string; readonly input: unknown },
  ): Promise<void> {
    send({ kind: 'reply', connection, id, reply: await client.request(name, input) })
  }

  return (frame) => {
    switch (frame.kind) {
      case 'connect':
        connect(frame.connection, frame.face)
        return
      case 'ask': {
        const { connection, id } = frame
        const client = connections.get(connection)?.client
        if (client) void answer(client, connection, id, frame)
        return
      }
      case 'took': {
        const state = connections.get(frame.connection)
        if (!state) return
        const { traffic } = state
        traffic.away = Math.max(0, traffic.away - frame.count)
        if (traffic.away < WINDOW) state.room()
        if (traffic.away < WINDOW) release(traffic)
        return
      }
      case 'close': {
        const state = connections.get(frame.connection)
        connections.delete(frame.connection)
        state?.client.close()
        // Its streams are aborted by now: what waited for room goes on and ends.
        if (state) release(state.traffic)
        return
      }
      case 'wake':
        // A look that fails shows in the next snapshot.
        void gateway.wake().catch(() => undefined)
        return
      case 'end':
        end()
        return
    }
  }
}
