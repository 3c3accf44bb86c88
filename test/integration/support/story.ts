import type { StatusJson } from '../../../main/cli/json/status.ts'

/** More than these are counted: the story of one failure must not hide those of others. */
const MOST = 6

/** Of what is longer than a line, the beginning is told. */
const short = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text)

/** What a look says, in a few lines: services by state, and of each that does not work why. */
export function story({ services, causes, docker }: StatusJson): string {
  const byState: Record<string, string[]> = {}
  for (const { id, state } of services) (byState[state] ??= []).push(id)
  const bad = services.filter(({ state }) => !['works', 'stopped', 'not set up'].includes(state))
  return [
    Object.entries(byState)
      .map(([state, ids]) => `${state}: ${ids.join(' ')}`)
      .join('; '),
    ...(docker.kind === 'up' ? [] : [`docker: ${docker.kind}`]),
    ...causes.slice(0, MOST).map((cause) => short(`cause ${cause.id}: ${JSON.stringify(cause.headline)}`)),
    ...bad.slice(0, MOST).map(({ id, state, reason, ladder }) => {
      const rung = ladder.find((one) => ['stop', 'round', 'unknown', 'progress'].includes(one.state))
      return short(
        `${id} is ${state}: ${[reason, rung && `${rung.id} ${rung.says}`, rung?.why].filter(Boolean).join(' | ')}`,
      )
    }),
    ...(bad.length > MOST ? [`and ${bad.length - MOST} more`] : []),
  ].join('\n')
}
