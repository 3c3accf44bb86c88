import type { MachineStep } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import { dayOf, type AuthoritySeen } from '../../model/tls.ts'
import { commandsOf } from '../root/commands.ts'
import { STORES, type Store } from '../root/stores.ts'
import type { Browsers } from '../tls/browsers.ts'
import type { Machine } from './machine.ts'

/** The store of this machine; undefined: none that is known here. */
async function storeOf(machine: Machine): Promise<Store | undefined> {
  for (const store of STORES)
    if (
      (await machine.tool(store.tool)) !== undefined &&
      (await machine.list(store.above)).includes(store.folder)
    )
      return store
  return undefined
}

/**
 * Linux, while TLS is on: lets the programs of this machine trust our authority. `authority`: what there is of it; undefined:
 * there is none. `browsers`: stores of the person's browsers, which get it with the machine's own.
 */
export function trust(
  machine: Machine,
  authority: () => Promise<AuthoritySeen | undefined>,
  browsers?: Pick<Browsers, 'seen' | 'trusted'>,
): MachineStep {
  return {
    id: 'trust',
    plan: async () => {
      const ours = machine.platform === 'linux' ? await authority() : undefined
      const store = ours && (await storeOf(machine))
      if (!ours || !store) return undefined
      const verbs: readonly RootVerb[] = [
        { verb: 'file', path: store.file, mode: 0o644, content: ours.certificate },
        { verb: 'reload', unit: store.tool },
      ]
      const there = await machine.text(store.file)
      const { tool, stores } = (await browsers?.seen()) ?? { tool: false, stores: [] }
      const trusted = (await browsers?.trusted(ours.certificate)) ?? []
      const lacking = tool ? stores.filter((one) => !trusted.includes(one)) : []
      const inPlace = there === ours.certificate && lacking.length === 0
      const ofBrowsers =
        stores.length === 0
          ? ''
          : tool
            ? ` Put into the stores of browsers too, as you: ${stores.join(', ')}.`
            : ` Browsers have stores of their own (${stores.join(', ')}), which need certutil (libnss3-tools or nss-tools): install it first, or import ${ours.file} there.`
      return {
        change: {
          id: 'trust',
          title: 'Trust the authority of Macula',
          reason: `Programs of this machine take https of names under ${ours.domains.join(' and ')} then: curl, git, Erlang and Elixir, Go, everything with OpenSSL.`,
          price: `Also means: whoever has its key, a file of yours, can stand for these names and what is below them until ${dayOf(ours.notAfter)}, and for nothing else (Erlang and Elixir do not look at that bound).${ofBrowsers} Java, Node and Python keep stores of their own.`,
          verbs,
          commands: commandsOf(verbs),
        },
        inPlace,
        says: inPlace
          ? `${store.file} is our authority`
          : there === ours.certificate
            ? `${lacking.join(', ')} ${lacking.length === 1 ? 'lacks' : 'lack'} our authority`
            : there === undefined
              ? 'programs of this machine refuse its certificates'
              : `${store.file} is another authority`,
      }
    },
  }
}
