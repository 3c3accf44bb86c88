import type { Door, DoorClient } from '../door/open-door.ts'
import type { FromEngine, ToEngine } from './frames.ts'

/** Events on their way before streams wait: enough to keep a window busy, too few to pile up. */
const WINDOW = 32

interface Guest {
  readonly client: DoorClient
  /** Sent and not yet taken. */
  away: number
  waiting: (() => void)[]
}

/** Serves the door over one message port: `frame` takes what the shell sends. `end` is called when it asks to end. */
export function hostDoor(
  door: Door,
  send: (frame: FromEngine) => void,
  end: () => void,
): (frame: ToEngine) => void {
  const guests = new Map<number, Guest>()

  function release(guest: Guest): void {
    const { waiting } = guest
    guest.waiting = []
    for (const go of waiting) go()
  }

  function connect(connection: number): void {
    const guest: Guest = {
      away: 0,
      waiting: [],
      client: door.connect({
        push(told) {
          guest.away += 1
          send({ kind: 'told', connection, told })
        },
        async ready() {
          if (guest.away < WINDOW) return
          await new Promise<void>((resolve) => guest.waiting.push(resolve))
        },
      }),
    }
    guests.set(connection, guest)
  }

  async function answer(
    client: DoorClient,
    connection: number,
    id: number,
    { name, input }: { readonly name: string; readonly input: unknown },
  ): Promise<void> {
    send({ kind: 'reply', connection, id, reply: await client.request(name, input) })
  }

  return (frame) => {
    switch (frame.kind) {
      case 'connect':
        connect(frame.connection)
        return
      case 'ask': {
        const { connection, id } = frame
        const client = guests.get(connection)?.client
        if (client) void answer(client, connection, id, frame)
        return
      }
      case 'took': {
        const guest = guests.get(frame.connection)
        if (!guest) return
        guest.away = Math.max(0, guest.away - frame.count)
        if (guest.away < WINDOW) release(guest)
        return
      }
      case 'close': {
        const guest = guests.get(frame.connection)
        guests.delete(frame.connection)
        guest?.client.close()
        // Its streams are aborted by now: what waited for room goes on and ends.
        if (guest) release(guest)
        return
      }
      case 'wake':
        // A look that fails shows in the next snapshot.
        void door.wake().catch(() => undefined)
        return
      case 'end':
        end()
        return
    }
  }
}
