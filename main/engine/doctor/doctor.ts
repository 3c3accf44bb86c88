import { troubleOf } from '../../model/errors.ts'
import type { CheckResult } from '../../model/check.ts'
import type { Check, CheckInput, Finding } from './check.ts'
import { foundNow } from '../migration/found.ts'
import { before } from './checks/before.ts'
import { changes } from './checks/changes.ts'
import { clusters } from './checks/clusters.ts'
import { docker } from './checks/docker.ts'
import { files } from './checks/files.ts'
import { limits } from './checks/limits.ts'
import { lowPorts } from './checks/low-ports.ts'
import { owner } from './checks/owner.ts'
import { names } from './checks/names.ts'
import { network } from './checks/network.ts'
import { room } from './checks/room.ts'
import { services } from './checks/services.ts'
import { tools } from './checks/tools.ts'
import { updates } from './checks/updates.ts'

const checks: readonly Check[] = [
  docker,
  owner,
  before,
  network,
  tools,
  limits,
  clusters,
  lowPorts,
  names,
  changes,
  files,
  room,
  services,
  updates,
]

/** What these look at is ours only where no other person's Macula is. */
const ofOurs: readonly Check[] = [before, network, clusters, names, services]

/** Runs all checks; one that cannot be run is "unknown" with its reason, the others go on. */
export async function runChecks(
  given: Omit<CheckInput, 'before'>,
  /** Also what another finding explains: a step of set-up has its own. */
  how?: 'each',
): Promise<readonly CheckResult[]> {
  const { migration } = given.adapters
  const input = { ...given, before: migration ? await foundNow(migration) : [] }
  const { docker: seen } = input.snapshot
  const isOthers = seen.kind === 'up' && seen.other !== undefined
  const all = await Promise.all(
    checks
      .filter((check) => !isOthers || !ofOurs.includes(check))
      .map(async (check) => {
        const began = input.adapters.clock.now()
        const findings = await check.run(input).catch((error: unknown): readonly Finding[] => {
          const trouble = troubleOf(error)
          return [
            {
              result: 'unknown' as const,
              what: 'This could not be checked.',
              why: `${trouble.what} ${trouble.why ?? ''}`.trim(),
              todo: trouble.todo ?? '',
            },
          ]
        })
        const ms = input.adapters.clock.now() - began
        return findings
          .filter(({ because }) => how === 'each' || because === undefined)
          .map((finding) => ({
            id: check.id,
            group: check.group,
            title: check.title,
            ms,
            ...finding,
          }))
      }),
  )
  return eachOnce(all.flat())
}

/** What two checks see is told by the first of them. */
export function eachOnce<T extends Pick<CheckResult, 'result' | 'what'>>(
  results: readonly T[],
): readonly T[] {
  const told = new Set<string>()
  return results.filter(({ result, what }) => {
    const again = result !== 'ok' && told.has(what)
    told.add(what)
    return !again
  })
}
