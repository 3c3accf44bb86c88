import type { MachineStep } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import { KIND_FOR_ALL } from '../../model/node-image.ts'
import { isAtLeast } from '../../model/version.ts'
import { commandsOf, type PackageManager } from '../root/commands.ts'
import type { Machine } from './machine.ts'

/** How a package manager is asked which kind it has, and where the version stands in its answer. */
const OFFERS: readonly {
  readonly manager: PackageManager
  readonly tool: string
  readonly args: readonly string[]
  readonly version: RegExp
}[] = [
  { manager: 'apt-get', tool: 'apt-cache', args: ['policy', 'kind'], version: /Candidate: (\d\S*)/ },
  { manager: 'pacman', tool: 'pacman', args: ['-Si', 'kind'], version: /^Version\s*: (\d\S*)/m },
  { manager: 'apk', tool: 'apk', args: ['search', '-e', 'kind'], version: /^kind-(\d\S*)/m },
]

/** A package manager reads its whole index first, which takes seconds on a busy machine (ms). */
const OFFER_DEADLINE_MS = 15_000

/** Linux: installs kind where the distribution has one that fits. Elsewhere it is downloaded when a cluster is made. */
export function kind(machine: Machine): MachineStep {
  return {
    id: 'kind',
    plan: async () => {
      if (machine.platform !== 'linux') return undefined
      const found = (await machine.tool('kind')) !== undefined
      for (const { manager, tool, args, version } of OFFERS) {
        if ((await machine.tool(manager)) === undefined) continue
        // Asked only when it matters: it is slow, and the answer must not change from one reading to the next.
        if (!found) {
          const told = version.exec((await machine.output(tool, args, OFFER_DEADLINE_MS)) ?? '')
          if (!isAtLeast(told?.[1] ?? '', KIND_FOR_ALL)) return undefined
        }
        const verbs: readonly RootVerb[] = [{ verb: 'packages', names: ['kind'] }]
        return {
          change: {
            id: 'kind',
            title: 'Install kind',
            reason: 'It creates the cluster in which the applications run; Macula runs it as you.',
            price: `Comes from your distribution through ${manager}, needs the network, and stays installed after an undo.`,
            verbs,
            commands: commandsOf(verbs, manager),
          },
          inPlace: found,
          says: found ? 'kind is installed' : 'kind not found',
        }
      }
      return undefined
    },
  }
}
