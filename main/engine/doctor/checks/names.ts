import { sayHungServer } from '../../../model/name-server.ts'
import { namesOf } from '../../../model/listeners.ts'
import { seeRoute } from './route.ts'
import { isNameRight, sayLine, sayLineTodo } from '../../../model/rungs/name.ts'
import { suffixPrice } from '../../../model/suffix.ts'
import { sayDuration } from '../../../model/say.ts'
import { fine, type Check, type Finding } from '../check.ts'

export const names: Check = {
  id: 'names',
  group: 'names',
  title: 'Names',
  async run({ adapters, settings, catalog, snapshot }) {
    const findings: Finding[] = []
    const all = namesOf(catalog, settings.suffix)
    const server = await adapters.nameServer.seen()
    const running = snapshot.services.some((service) => service.since !== undefined)
    if (server.kind === 'runs')
      findings.push(
        fine(
          `Our name server answers ${server.names.size} names on 127.0.0.1:${server.port} (pid ${server.pid}).`,
        ),
      )
    else if (server.kind === 'stopped')
      findings.push(
        running
          ? {
              result: 'warning',
              what: 'Our name server is not running.',
              why: 'It ended, or was ended.',
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
        todo: 'Restore names: it is ended and started anew.',
        fix: { label: 'Restore names', command: 'maculactl up', action: { kind: 'forward' } },
      })
    else if (server.kind === 'port-taken')
      findings.push({
        result: 'failed',
        what: 'Our name server cannot run.',
        why: server.says,
        todo: 'End that program, or set another "dnsPort" in settings.json.',
      })
    const { used, finding } = await seeRoute(adapters.routes, { settings, names: all })
    findings.push(finding)
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
    const one = [...all.keys()][0]
    if (!cause && one !== undefined) {
      const address = all.get(one) ?? ''
      const seen = await adapters.host.lookup(one, 6000)
      const isRight = isNameRight(seen, address)
      const lines = isRight ? [] : await adapters.host.nameLines(one, address).catch(() => [])
      findings.push(
        isRight
          ? fine(`${one} is ${address}, after ${sayDuration(seen.ms)}.`)
          : {
              result: 'warning',
              what: `${one} is not answered right.`,
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
            },
      )
    }
    return findings
  },
}
