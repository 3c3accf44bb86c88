import type { Ladder, Rung } from '../../model/ladder.ts'
import { sayCount, sayDuration, sayList } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { Door, EndpointView, ServiceView, Snapshot } from '../../model/snapshot.ts'
import { MASK } from '../../model/clean.ts'
import { stateOfDoor } from '../../model/open.ts'
import { labelled, oneLine, pad, widthOf, wrap } from '../layout.ts'
import { paintRung, stateSign, type Pen } from '../pen.ts'
import { sayDay, stateWords } from '../../model/say.ts'
import { problemsOfService } from '../../model/problems.ts'
import { carries } from './ladder.ts'
import { drawHeadline } from './problems.ts'

const titles = {
  name: 'Name',
  address: 'Address',
  forwarder: 'Forwarder',
  container: 'Container',
  service: 'Service',
} as const

/** The ladder upright: each rung with what was found, why it is not ok, and how long it took. */
export function uprightLadder(pen: Pen, ladder: Ladder): readonly string[] {
  const { paint, signs } = pen
  const width = Math.min(pen.width, 110)
  const label = 13
  const timed = 8
  const lines = ladder.flatMap((rung: Rung, index): readonly string[] => {
    const next = ladder[index + 1]
    const rail = carries(rung.state) && carries(next?.state) && next ? paint.dim(signs.uprightRail) : ' '
    const took = rung.ms === undefined ? '' : sayDuration(rung.ms)
    const words = wrap(oneLine(rung.says), width - label - 4 - timed)
    const why =
      rung.state === 'round' || rung.state === 'stop'
        ? wrap(oneLine(rung.why ?? ''), width - label - 4 - timed).filter((line) => line !== '')
        : []
    const quiet = rung.state === 'unreached' || rung.state === 'unused' || rung.state === 'unknown'
    return [...words, ...why].map((line, at) => {
      const lead = at === 0 ? paintRung(pen, rung.state, signs.upright[rung.state]) : rail
      const name = pad(at === 0 ? titles[rung.id] : '', label)
      const room = width === Infinity ? widthOf(line) + 2 : width - label - 4 - timed
      const text = pad(at >= words.length || quiet ? paint.dim(line) : line, room)
      const time = at === 0 ? paint.dim(pad(took, timed, 'right')) : ''
      return `  ${lead} ${name}${text}${time}`.trimEnd()
    })
  })
  return lines
}

function doorLines(pen: Pen, view: ServiceView, endpoint: EndpointView, width: number): readonly string[] {
  const { paint } = pen
  return endpoint.doors.map((door: Door, index) => {
    const uses = index === endpoint.best
    const sign = stateSign(pen, stateOfDoor(door, view))
    const url = uses ? paint.underline(paint.blue(door.url)) : door.works ? door.url : paint.dim(door.url)
    const verb = endpoint.opens ? 'Open uses this now' : 'best way in now'
    const says = uses ? paint.bold(verb) : door.works ? paint.dim('answers') : (door.reason ?? '')
    return `  ${sign} ${pad(url, width)}  ${oneLine(says)}`.trimEnd()
  })
}

function containerFacts(pen: Pen, view: ServiceView, now: number): readonly string[] {
  const { container } = view
  if (!container) return ['  none']
  return labelled(
    pen,
    [
      ['Name', container.name],
      ['Image', container.image],
      ['Address', container.address === '' ? 'none while it does not run' : container.address],
      ...(view.since === undefined
        ? []
        : ([['Started', `${sayDay(view.since, now)}, ${sayDuration(now - view.since)} ago`]] as const)),
      ['Restarts', String(container.restarts)],
    ],
    '  ',
    13,
  )
}

function relations(pen: Pen, snapshot: Snapshot, view: ServiceView): readonly string[] {
  const say = (ids: readonly string[]): string =>
    ids
      .map((id) => {
        const other = snapshot.services.find((one) => one.id === id)
        if (!other) return `${id} (not in the catalog)`
        return other.state === 'works' ? other.title : `${other.title} (${stateWords[other.state]})`
      })
      .join(', ')
  const rows: (readonly [string, string])[] = []
  if (view.needs.length > 0) rows.push(['Needs', say(view.needs)])
  if (view.uses.length > 0) rows.push(['Uses', say(view.uses)])
  const users = snapshot.services.filter((one) => one.uses.includes(view.id)).map((one) => one.id)
  if (view.neededBy.length > 0) rows.push(['Needed by', say(view.neededBy)])
  if (users.length > 0) rows.push(['Used by', say(users)])
  if (view.neededBy.length === 0)
    rows.push([
      rows.some(([label]) => label === 'Used by') ? '' : 'Needed by',
      users.length > 0
        ? `Stopping it makes nothing fail; ${sayList(users.map((id) => snapshot.services.find((one) => one.id === id)?.title ?? id))} would miss it.`
        : 'nothing',
    ])
  return labelled(pen, rows, '  ', 13)
}

/** All that is known of one service. */
export function drawService(
  pen: Pen,
  snapshot: Snapshot,
  view: ServiceView,
  spec: ServiceSpec | undefined,
  now: number,
): readonly string[] {
  const { paint } = pen
  const head = (text: string): string => paint.bold(text)
  const width = Math.min(pen.width, 110)
  const lines: string[] = [
    `${stateSign(pen, view.state)} ${head(view.title)}  ${stateWords[view.state]}`,
    ...wrap(oneLine(view.purpose), width, '  ').map((line) => paint.dim(line)),
  ]
  for (const problem of problemsOfService(snapshot, view))
    lines.push('', ...drawHeadline(pen, problem.headline, '  '))
  if (view.state === 'not set up' && view.headline) lines.push('', ...drawHeadline(pen, view.headline, '  '))
  const ladders = view.endpoints.filter((endpoint) => endpoint.ladder.length > 0)
  if (ladders.length <= 1) {
    lines.push('', head('Can it be reached?'), ...uprightLadder(pen, ladders[0]?.ladder ?? view.ladder))
  } else
    for (const endpoint of ladders)
      lines.push(
        '',
        `${head('Can it be reached?')}  ${paint.dim(endpoint.name === null ? endpoint.id : `${endpoint.name} (${endpoint.id})`)}`,
        ...uprightLadder(pen, endpoint.ladder),
      )
  const doors = view.endpoints.filter((endpoint) => endpoint.doors.length > 0)
  if (doors.length > 0) {
    lines.push('', head('Addresses'))
    const wide = Math.max(...doors.flatMap((endpoint) => endpoint.doors.map((door) => widthOf(door.url))))
    for (const endpoint of doors) lines.push(...doorLines(pen, view, endpoint, wide))
    if (doors.some((endpoint) => endpoint.byNameOnly))
      lines.push(paint.dim('  Opens by name only: it is routed by host name.'))
  }
  if (spec?.credentials)
    lines.push(
      '',
      head('Credentials'),
      ...labelled(
        pen,
        [
          ['User', spec.credentials.user],
          ['Password', `${MASK}  ${paint.dim(`(shown by maculactl env ${view.id})`)}`],
        ],
        '  ',
        13,
      ),
    )
  // What is not there of a cluster is told by its rungs.
  if (view.cluster === undefined || view.container)
    lines.push(
      '',
      head(view.cluster === undefined ? 'Container' : view.cluster === 'cluster' ? 'Node' : 'Pod'),
      ...containerFacts(pen, view, now),
    )
  lines.push('', head('Together with'), ...relations(pen, snapshot, view))
  if (view.warnings.length > 0)
    lines.push(
      '',
      head(`Before the first start (${sayCount(view.warnings.length, 'warning')})`),
      ...view.warnings.flatMap((warning) => wrap(oneLine(warning), width, '    ', `  ${pen.signs.bullet} `)),
    )
  return lines
}
