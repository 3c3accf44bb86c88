import { hasRail, rungTitles, type Ladder, type Rung } from '../../model/ladder.ts'
import { sayDuration, sayList } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { Access, AlertView, EndpointView, ServiceView, Snapshot } from '../../model/snapshot.ts'
import { MASK } from '../../model/clean.ts'
import { stateOfAccess } from '../../model/open.ts'
import { labelled, oneLine, pad, widthOf, wrap } from '../layout.ts'
import { paintRung, stateSign, type Style } from '../style.ts'
import { sayDay, stateWords } from '../../model/say.ts'
import { problemsOfService } from '../../model/problems.ts'
import { drawHeadline } from './problems.ts'

/** The ladder upright: each rung with what was found, why it is not ok, and how long it took. */
export function uprightLadder(style: Style, ladder: Ladder): readonly string[] {
  const { paint, signs } = style
  const width = Math.min(style.width, 110)
  const label = 13
  const timed = 8
  const lines = ladder.flatMap((rung: Rung, index): readonly string[] => {
    const next = ladder[index + 1]
    const rail = next && hasRail[rung.state] && hasRail[next.state] ? paint.dim(signs.uprightRail) : ' '
    const took = rung.ms === undefined ? '' : sayDuration(rung.ms)
    const words = wrap(oneLine(rung.says), width - label - 4 - timed)
    const why =
      rung.state === 'round' || rung.state === 'stop'
        ? wrap(oneLine(rung.why ?? ''), width - label - 4 - timed).filter((line) => line !== '')
        : []
    const quiet = rung.state === 'unreached' || rung.state === 'unused' || rung.state === 'unknown'
    return [...words, ...why].map((line, at) => {
      const lead = at === 0 ? paintRung(style, rung.state, signs.upright[rung.state]) : rail
      const name = pad(at === 0 ? rungTitles[rung.id] : '', label)
      const room = width === Infinity ? widthOf(line) + 2 : width - label - 4 - timed
      const text = pad(at >= words.length || quiet ? paint.dim(line) : line, room)
      const time = at === 0 ? paint.dim(pad(took, timed, 'right')) : ''
      return `  ${lead} ${name}${text}${time}`.trimEnd()
    })
  })
  return lines
}

function accessLines(
  style: Style,
  view: ServiceView,
  endpoint: EndpointView,
  width: number,
): readonly string[] {
  const { paint } = style
  return endpoint.accesses.map((access: Access, index) => {
    const uses = index === endpoint.best
    const sign = stateSign(style, stateOfAccess(access, view))
    const url = uses
      ? paint.underline(paint.blue(access.url))
      : access.works
        ? access.url
        : paint.dim(access.url)
    const verb = endpoint.opens ? 'Open uses this now' : 'best address now'
    const says = uses ? paint.bold(verb) : access.works ? paint.dim('answers') : (access.reason ?? '')
    return `  ${sign} ${pad(url, width)}  ${oneLine(says)}`.trimEnd()
  })
}

/** What fires in Prometheus, each with what to do and since when. */
function alertLines(
  style: Style,
  alerts: readonly AlertView[],
  width: number,
  now: number,
): readonly string[] {
  return alerts.flatMap(({ severity, summary, description, since }) => [
    ...wrap(
      `${oneLine(summary)} (${severity}, since ${sayDay(since, now)})`,
      width,
      '    ',
      `  ${stateSign(style, severity === 'critical' ? 'failed' : 'degraded')} `,
    ),
    ...(description === ''
      ? []
      : wrap(oneLine(description), width, '    ').map((line) => style.paint.dim(line))),
  ])
}

function containerFacts(
  style: Style,
  view: ServiceView,
  spec: ServiceSpec | undefined,
  now: number,
): readonly string[] {
  const { container } = view
  if (!container) return ['  none']
  const shipped = spec?.runtime.kind === 'container' ? spec.runtime.shipped : undefined
  return labelled(
    style,
    [
      ['Name', container.name],
      ['Image', container.image],
      ...(shipped === undefined
        ? []
        : ([['', `an update of yours; its description names ${shipped}`]] as const)),
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

function relations(style: Style, snapshot: Snapshot, view: ServiceView): readonly string[] {
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
  return labelled(style, rows, '  ', 13)
}

/** All that is known of one service. */
export function drawService(
  style: Style,
  snapshot: Snapshot,
  view: ServiceView,
  spec: ServiceSpec | undefined,
  now: number,
): readonly string[] {
  const { paint } = style
  const head = (text: string): string => paint.bold(text)
  const width = Math.min(style.width, 110)
  const lines: string[] = [
    `${stateSign(style, view.state)} ${head(view.title)}  ${stateWords[view.state]}`,
    ...wrap(oneLine(view.purpose), width, '  ').map((line) => paint.dim(line)),
  ]
  for (const problem of problemsOfService(snapshot, view))
    lines.push('', ...drawHeadline(style, problem.headline, '  '))
  if (view.state === 'not set up' && view.headline)
    lines.push('', ...drawHeadline(style, view.headline, '  '))
  if (view.alerts) lines.push('', head('Alerts'), ...alertLines(style, view.alerts, width, now))
  const ladders = view.endpoints.filter((endpoint) => endpoint.ladder.length > 0)
  if (ladders.length <= 1) {
    lines.push('', head('Can it be reached?'), ...uprightLadder(style, ladders[0]?.ladder ?? view.ladder))
  } else
    for (const endpoint of ladders)
      lines.push(
        '',
        `${head('Can it be reached?')}  ${paint.dim(endpoint.name === null ? endpoint.id : `${endpoint.name} (${endpoint.id})`)}`,
        ...uprightLadder(style, endpoint.ladder),
      )
  const accesses = view.endpoints.filter((endpoint) => endpoint.accesses.length > 0)
  if (accesses.length > 0) {
    lines.push('', head('Addresses'))
    const wide = Math.max(
      ...accesses.flatMap((endpoint) => endpoint.accesses.map((access) => widthOf(access.url))),
    )
    for (const endpoint of accesses) lines.push(...accessLines(style, view, endpoint, wide))
    if (accesses.some((endpoint) => endpoint.byNameOnly))
      lines.push(paint.dim('  Opens by name only: it is routed by host name.'))
  }
  if (spec?.credentials)
    lines.push(
      '',
      head('Credentials'),
      ...labelled(
        style,
        [
          ['User', spec.credentials.user],
          ['Password', `${MASK}  ${paint.dim(`(shown by maculactl env ${view.id})`)}`],
        ],
        '  ',
        13,
      ),
    )
  if (view.signIn !== undefined) lines.push('', head('Sign in'), ...wrap(oneLine(view.signIn), width, '  '))
  // What is not there of a cluster is told by its rungs.
  if (view.cluster === undefined || view.container)
    lines.push(
      '',
      head(view.cluster === undefined ? 'Container' : view.cluster === 'cluster' ? 'Node' : 'Pod'),
      ...containerFacts(style, view, spec, now),
    )
  lines.push('', head('Together with'), ...relations(style, snapshot, view))
  if (view.warnings.length > 0)
    lines.push(
      '',
      head(view.cluster === 'found' ? 'Its hosts' : 'Good to know'),
      ...view.warnings.flatMap((warning) =>
        wrap(oneLine(warning), width, '    ', `  ${style.signs.bullet} `),
      ),
    )
  return lines
}
