import type { MachineStep } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import { sayList } from '../../model/say.ts'
import { commandsOf, type PackageManager } from '../root/commands.ts'
import type { Machine } from './machine.ts'

/** The programs we run and the packages they come in; dnsmasq-base is dnsmasq without a service of its own. */
const NEEDED: readonly {
  readonly program: string
  readonly what: string
  readonly packages: Readonly<Record<PackageManager, string>>
}[] = [
  {
    program: 'dnsmasq',
    what: 'answers names',
    packages: {
      'apt-get': 'dnsmasq-base',
      dnf: 'dnsmasq',
      zypper: 'dnsmasq',
      pacman: 'dnsmasq',
      apk: 'dnsmasq',
    },
  },
  {
    program: 'socat',
    what: 'forwards ports',
    packages: { 'apt-get': 'socat', dnf: 'socat', zypper: 'socat', pacman: 'socat', apk: 'socat' },
  },
]
const MANAGERS: readonly PackageManager[] = ['apt-get', 'dnf', 'zypper', 'pacman', 'apk']

/** Linux: installs dnsmasq and socat from the distribution when they are missing. */
export function tools(machine: Machine): MachineStep {
  return {
    id: 'tools',
    plan: async () => {
      if (machine.platform !== 'linux') return undefined
      const found = await Promise.all(
        NEEDED.map(async (need) => ({ ...need, missing: (await machine.tool(need.program)) === undefined })),
      )
      const missing = found.filter((need) => need.missing)
      const manager = await firstManager(machine)
      if (manager === undefined) return undefined
      const wanted = missing.length === 0 ? found : missing
      const verbs: readonly RootVerb[] = [
        { verb: 'packages', names: wanted.map((need) => need.packages[manager]) },
      ]
      const programs = sayList(wanted.map((need) => need.program))
      return {
        change: {
          id: 'tools',
          title: `Install ${programs}`,
          reason: `Macula runs them as you: ${wanted.map((need) => `${need.program} ${need.what}`).join(', ')}.`,
          price: `Comes from your distribution through ${manager}, needs the network, and stays installed after an undo.`,
          verbs,
          commands: commandsOf(verbs, manager),
        },
        inPlace: missing.length === 0,
        says: missing.length === 0 ? `${programs} are installed` : `${programs} not found`,
      }
    },
  }
}

async function firstManager(machine: Machine): Promise<PackageManager | undefined> {
  for (const manager of MANAGERS) if ((await machine.tool(manager)) !== undefined) return manager
  return undefined
}
