import type { ResolverRoute } from '../../engine/adapters.ts'
import { isHostName, isLoopback } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayCount, sayList } from '../../model/say.ts'
import type { RootVerb } from '../../model/change.ts'
import type { NamesElsewhere } from '../../model/waiting.ts'
import { readBlock } from '../root/block.ts'
import { commandsOf } from '../root/commands.ts'
import type { Machine } from './machine.ts'
import { sayDifference } from './differs.ts'
import { isMounted, mountOf, mountsOf } from './mounts.ts'
import { hostSources } from './name-service.ts'
import { personLine, readPersonLine, writtenFor, writtenForProject } from './whose.ts'
import { checkedNames } from './wording.ts'

const FILE = '/etc/hosts'

/** The last resort: exactly our names in a block of their own in /etc/hosts. Needs no name server. */
export function hostsFile(machine: Machine): ResolverRoute {
  const content = (names: ReadonlyMap<string, string>): string =>
    checkedNames(names)
      .map(({ name, address }) => `${address} ${name}\n`)
      .join('')
  return {
    id: 'route-hosts',
    title: 'hosts file',
    rank: 90,
    needsServer: false,
    detect: async () => {
      if ((await machine.link(FILE)) !== undefined)
        return { fits: false, says: `${FILE} is a link, made by another program; Macula leaves it alone.` }
      const sources = hostSources(await machine.text('/etc/nsswitch.conf'))
      if (machine.platform === 'linux' && !sources.includes('files'))
        return { fits: false, says: `Programs do not read ${FILE}: /etc/nsswitch.conf leaves it out.` }
      const block = readBlock((await machine.text(FILE)) ?? '')
      if (block.kind === 'torn')
        return {
          fits: false,
          says: `The marker lines of Macula in ${FILE} are torn (line ${block.lines.join(', ')}): remove them by hand, then run maculactl setup.`,
        }
      const inTheWay = await obstacle(machine)
      if (inTheWay !== undefined) return { fits: false, says: inTheWay }
      return {
        fits: true,
        says: `Programs read ${FILE}; ${block.kind === 'block' ? 'a block of Macula is in it' : 'no block of Macula is in it yet'}.${await rewritten(machine)}`,
      }
    },
    plan: ({ settings, names }) => {
      if (names.size === 0)
        throw new MaculaError({
          kind: 'invalid',
          what: 'There is nothing to put into the hosts file.',
          why: 'No service has a name.',
        })
      const verbs: readonly RootVerb[] = [
        { verb: 'block', path: FILE, content: personLine(machine.person) + content(names) },
      ]
      return {
        id: 'route-hosts',
        title: `List names under ${settings.suffix} in the hosts file`,
        reason: `Programs must find the addresses of names ending in .${settings.suffix}, and nothing on this machine can be set up to ask Macula's name server.`,
        price: `A service that is added or moved later needs this step again.${sayZones(settings.zones)}`,
        verbs,
        commands: commandsOf(verbs),
      }
    },
    isInPlace: async ({ names, loose }) => {
      const block = readBlock((await machine.text(FILE)) ?? '')
      if (block.kind !== 'block' || names.size === 0) return false
      const { rest } = readPersonLine(block.text)
      return rest === content(loose === true ? withOlder(names, rest) : names)
    },
    differs: async ({ names }) => {
      const block = readBlock((await machine.text(FILE)) ?? '')
      if (block.kind !== 'block' || names.size === 0) return undefined
      const { rest } = readPersonLine(block.text)
      const first = block.first + (rest === block.text ? 0 : 1)
      const led = ledElsewhere(rest, names)
      // A single one is told by its line.
      if (led && led.names.length > 1) {
        const { name, there, own } = led.first
        return `Macula’s block in ${FILE} leads ${sayCount(led.names.length, 'name')} elsewhere, the first of them ${name}: it is at ${there} there, not ${own}.`
      }
      return sayDifference(`Macula’s block in ${FILE}`, first, rest, content(names))
    },
    leads: async ({ names }) => {
      const block = readBlock((await machine.text(FILE)) ?? '')
      return block.kind === 'block' ? ledElsewhere(readPersonLine(block.text).rest, names) : undefined
    },
    ofProject: async (own) => {
      const block = readBlock((await machine.text(FILE)) ?? '')
      return block.kind === 'block' ? await writtenForProject(machine, own, 'block', FILE) : undefined
    },
    waits: async ({ names }) => {
      const block = readBlock((await machine.text(FILE)) ?? '')
      if (block.kind !== 'block' || names.size === 0) return undefined
      const { person, rest } = readPersonLine(block.text)
      if (person && person.uid !== machine.person.uid) return undefined
      const there = new Set(rest.split('\n'))
      return checkedNames(names)
        .filter(({ name, address }) => !there.has(`${address} ${name}`))
        .map(({ name }) => name)
    },
    heldBy: async () => {
      const block = readBlock((await machine.text(FILE)) ?? '')
      if (block.kind !== 'block') return undefined
      const { person } = readPersonLine(block.text)
      if (person) return person.uid === machine.person.uid ? undefined : person
      return await writtenFor(machine, 'block', FILE)
    },
  }
}

/** A file lists names, not whole zones. */
function sayZones(zones: readonly string[]): string {
  if (zones.length === 0) return ''
  return ` Names of the ${zones.length === 1 ? 'zone' : 'zones'} ${sayList(zones)} cannot be listed: they stay unknown to this machine.`
}

/** Programs that write the file anew at each start of the machine, as its own comment tells; else ''. */
async function rewritten(machine: Machine): Promise<string> {
  const text = (await machine.text(FILE)) ?? ''
  const wsl = (await machine.text('/etc/wsl.conf')) ?? ''
  if (/automatically generated by WSL/i.test(text) && !/^\s*generateHosts\s*=\s*false/im.test(wsl))
    return ` WSL rewrites ${FILE} at each start, without our names: generateHosts = false under [network] in /etc/wsl.conf keeps them. Windows itself does not read this file.`
  if (/'manage_etc_hosts' as True/.test(text))
    return ` cloud-init rewrites ${FILE} at each start, without our names: manage_etc_hosts: false in /etc/cloud/cloud.cfg keeps them.`
  return ''
}

/** Lines of a block, each an address and a name. */
function linesOf(block: string): readonly (readonly [name: string, address: string])[] {
  return block.split('\n').flatMap((line) => {
    const [address = '', name = ''] = line.split(' ')
    return isLoopback(address) && isHostName(name, 2) ? [[name, address] as const] : []
  })
}

/** The names of ours that a block has at other addresses only. */
function ledElsewhere(
  block: string,
  names: ReadonlyMap<string, string>,
): Omit<NamesElsewhere, 'project'> | undefined {
  const lines = linesOf(block)
  const led = checkedNames(names).flatMap(({ name, address: own }) => {
    const at = lines.filter((line) => line[0] === name).map(([, address]) => address)
    const [there] = at
    return there === undefined || at.includes(own) ? [] : [{ name, there, own }]
  })
  const [first] = led
  return first ? { names: led.map(({ name }) => name), first } : undefined
}

/** The names, and those of a block that are none of them: what they belong to is away. */
function withOlder(names: ReadonlyMap<string, string>, block: string): ReadonlyMap<string, string> {
  return new Map([...linesOf(block), ...names])
}

/** Why the file cannot be replaced, as far as that can be seen without being root. */
async function obstacle(machine: Machine): Promise<string | undefined> {
  const mounts = mountsOf(await machine.text('/proc/self/mountinfo'))
  if (isMounted(mounts, FILE))
    return `${FILE} is mounted from elsewhere (containers and mount --bind do that); it can only be changed where it comes from.`
  const mount = mountOf(mounts, FILE)
  if (mount?.isReadOnly === true)
    return `${FILE} is on a read-only disk (${mount.at}); it is written again once that is mounted for writing.`
  const [flags = ''] = ((await machine.output('lsattr', ['-d', FILE])) ?? '').split(' ')
  if (flags.includes('i'))
    return `${FILE} is protected from every change (lsattr shows an i); sudo chattr -i ${FILE} takes that away.`
  return undefined
}
