import { sayHungServer } from '../../../model/name-server.ts'
import { sayUnlisted, unlistedOf } from '../../../model/unlisted.ts'
import type { Settings } from '../../../model/service.ts'
import type { NameServerSeen } from '../../../model/world.ts'
import { namesOf } from '../../../model/listeners.ts'
import { seeRoute } from './route.ts'
import {
  addressesOf,
  isNameRight,
  lineFix,
  sayLine,
  sayLineTodo,
  sayTwice,
} from '../../../model/rungs/name.ts'
import { suffixPrice } from '../../../model/suffix.ts'
import { sayCount, sayDuration, sayList } from '../../../model/say.ts'
import { fine, type Check, type Finding } from '../check.ts'

/** "x is not answered correctly; the other 15 names are." */
function sayWrong(name: string, wrong: number, all: number): string {
  if (wrong > 1)
    return `${wrong} of ${sayCount(all, 'name')} are not answered correctly, the first of them ${name}.`
  const others = all > 1 ? `; the other ${all === 2 ? 'name is' : `${all - 1} names are`}` : ''
  return `${name} is not answered correctly${others}.`
}

/** Port 53, where that is wished. */
function beside(server: NameServerSeen, { dns53 }: Settings): readonly Finding[] {
  if (!dns53 || server.kind !== 'runs') return []
  const { port = 53, pid, held } = server.also ?? {}
  if (pid !== undefined) return [fine(`It also answers on 127.0.0.1:${port} (pid ${pid}).`)]
  return [
    {
      result: 'warning',
      what: `Our name server does not answer on 127.0.0.1:${port}.`,
      why: held ?? 'Ports below those of set-up are for root only, or it was not started since.',
      todo:
        held === undefined
          ? 'maculactl setup has a step for it; then restore names.'
          : 'It keeps that port. Ask ours at its own port, or set "dns53" to false in settings.json.',
      ...(held === undefined
        ? {
            fix: {
              label: 'Allow port 53…',
              command: 'maculactl setup',
              action: { kind: 'setup', changes: ['port-53'] },
            } as const,
          }
        : {}),
    },
  ]
}

/** Names of ours that PowerDNS answers differently. */
function twice(
  all: ReadonlyMap<string, string>,
  theirs: ReadonlyMap<string, readonly string[]>,
): readonly Finding[] {
  return [...all].flatMap(([name, address]): readonly Finding[] => {
    const told = sayTwice(name, address, theirs.get(name))
    return told === undefined
      ? []
      : [
          {
            result: 'warning',
            what: `${name} is ${address}, and PowerDNS says ${sayList(theirs.get(name) ?? [])}.`,
            ...told,
          },
        ]
  })
}

export const names: Check = {
  id: 'names',
  group: 'names',
  title: 'Names',
  async run({ adapters, settings, catalog, snapshot, names: known, before = [] }) {
    const findings: Finding[] = []
    const all = namesOf(catalog, settings.suffix)
    const server = await adapters.nameServer.seen()
    const running = snapshot.services.some((service) => service.since !== undefined)
    if (server.kind === 'runs')
      findings.push(
        fine(
          `Our name server answers ${server.names.size} names on 127.0.0.1:${server.port} (pid ${server.pid})${server.asks === undefined ? '' : `, and asks PowerDNS (${server.asks}) for others`}.`,
        ),
      )
    else if (server.kind === 'stopped')
      findings.push(
        running
          ? {
              result: 'warning',
              what: 'Our name server is not running.',
              why: 'It ended, or somebody stopped it.',
              todo: 'Restore names.',
              fix: { label: 'Restore names', command: 'maculactl up', action: { kind: 'forward' } },
            }
          : fine('Our name server is stopped, as everything is.'),
      )
    else if (server.kind === 'hung')
      findings.push({
        result: 'failed',
        what: 'Our name server does not answer.',
        why: sayHungServer(server),
        todo: 'Restore names: it is stopped and started again.',
        fix: { label: 'Restore names', command: 'maculactl up', action: { kind: 'forward' } },
      })
    else if (server.kind === 'port-taken')
      findings.push({
        result: 'failed',
        what: 'Our name server cannot run.',
        why: server.says,
        todo: 'Stop that program, or set another "dnsPort" in settings.json.',
      })
    const { used, finding } = await seeRoute(adapters.routes, known?.route ?? { settings, names: all })
    findings.push(finding)
    findings.push(...beside(server, settings))
    findings.push(...twice(all, known?.theirs ?? new Map()))
    const records = known?.records ?? new Map<string, readonly string[]>()
    const away = unlistedOf(records, known?.route.names ?? all, settings.suffix)
    if (used?.needsServer === false && away.length > 0)
      findings.push({ result: 'warning', ...sayUnlisted(away, records.size, used.title, settings.suffix) })
    const price = suffixPrice(settings.suffix)
    if (price !== undefined)
      findings.push({
        result: 'warning',
        what: `Names under ${settings.suffix} do not work everywhere.`,
        why: price,
        todo: 'Set another "suffix" in settings.json, like macula.local, then run: maculactl setup',
      })
    const cause = snapshot.causes.find((one) => one.id === 'names')
    if (cause && used) findings.push({ result: 'warning', ...cause.headline })
    if (cause) return findings
    // Each, side by side: one line of a hosts file may be wrong among many that are right.
    const asked = await Promise.all(
      [...all].map(async ([name, address]) => ({
        name,
        address,
        seen: await adapters.host.lookup(name, 6000),
      })),
    )
    const wrong = asked.filter(({ address, seen }) => !isNameRight(seen, address))
    const one = wrong[0] ?? asked[0]
    if (one) {
      const { name, address, seen } = one
      const lines =
        wrong.length === 0
          ? []
          : await adapters.host.nameLines(name, address, addressesOf(seen)).catch(() => [])
      const takes = lineFix(lines)
      findings.push(
        wrong.length === 0
          ? fine(`${name} is ${address}, after ${sayDuration(seen.ms)}.`)
          : {
              result: 'warning',
              // Old lines and files answer before ours: they go with the rest of what was here.
              ...(before.some(({ id }) => id === 'hosts' || id === 'names')
                ? { because: 'before' as const }
                : {}),
              what: sayWrong(name, wrong.length, asked.length),
              why: [
                seen.kind === 'answer'
                  ? `It is ${seen.addresses.join(', ')}.`
                  : `The resolver says ${seen.kind === 'none' ? seen.code : 'nothing in time'}.`,
                ...(lines.length === 0 ? [] : [`${sayLine(lines) ?? ''}.`]),
              ].join(' '),
              todo:
                lines.length === 0
                  ? 'Services open by address.'
                  : sayLineTodo(lines, address, used !== undefined),
              ...(takes === undefined ? {} : { fix: takes }),
            },
      )
    }
    return findings
  },
}
