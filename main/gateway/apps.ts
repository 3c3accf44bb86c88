import type { Output, Parsed } from '../../preload/contract.ts'
import { clusterRow } from '../model/cluster-id.ts'
import type { GatewayContext } from './context.ts'

type Name = 'addPeer' | 'readApp' | 'addApp' | 'ownApps' | 'removeApp'

/** The contract's requests for applications that are used where they lie. */
export function appHandlers(context: GatewayContext): {
  readonly [Of in Name]: (input: Parsed<Of>) => Promise<Output<Of>>
} {
  const engine = () => context.system().engine
  const safe = <T>(value: T): T => context.clean().deep(value)
  return {
    async addPeer() {
      const [id = ''] = await engine().addPeers('next')
      return { service: clusterRow(id) }
    },
    readApp: async ({ path }) => safe(await engine().takeApp(wishOf(path, false), 'read')),
    addApp: async ({ path, follow }) => safe(await engine().takeApp(wishOf(path, follow), 'add')),
    ownApps: async () => safe(await engine().ownApps()),
    removeApp: async ({ run, app, data }) =>
      await context.run(
        { run, verb: 'stop', services: [app] },
        async (tell) => await engine().forgetApp(app, { data, leave: false }, tell),
      ),
  }
}

const wishOf = (path: string, follow: boolean) => ({ path, id: '', cluster: '', follow })
