import { describe, expect, test } from 'vitest'
import type { Adapters } from '../../../main/engine/adapters.ts'
import { needNetwork } from '../../../main/engine/run/network.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { OldPart } from '../../../main/model/migration.ts'
import { oldView } from '../migration/old-view.ts'

/** Whose the subnet is: what ran here before Macula is taken over, and not only stepped around. */

const taken = (network: string): MaculaError =>
  new MaculaError({
    kind: 'failed',
    what: 'The subnet 172.23.0.0/24 is taken.',
    why: `the docker network ${network} has 172.23.0.0/16.`,
    todo: 'Use 172.31.240.0/24, which nothing has: maculactl setup --subnet 172.31.240.0/24',
  })
const old: readonly OldPart[] = oldView.found.map((part) =>
  part.id === 'compose' ? { ...part, networks: ['infrastructure_macula-infra'] } : part,
)

function adapters(failure: MaculaError | undefined, found: readonly OldPart[] | 'unknown' | 'none') {
  return {
    docker: {
      ensureNetwork: async () => {
        await Promise.resolve()
        if (failure) throw failure
      },
    },
    ...(found === 'none'
      ? {}
      : {
          migration: {
            parts: [
              {
                detect: async () => {
                  await Promise.resolve()
                  if (found === 'unknown') throw new Error('no answer')
                  return found
                },
              },
            ],
          },
        }),
  } as unknown as Pick<Adapters, 'docker' | 'migration'>
}

describe('a subnet that is taken', () => {
  test('by the Compose project of before: it is named, and so is the way to take it over', async () => {
    const error = await needNetwork(adapters(taken('infrastructure_macula-infra'), old)).catch(
      (one: unknown) => one,
    )
    expect(error).toBeInstanceOf(MaculaError)
    const { what, why, todo } = (error as MaculaError).trouble
    expect(what).toBe('The subnet 172.23.0.0/24 is taken.')
    expect(why).toMatch(
      /infrastructure_macula-infra has .* before Macula: The Compose project infrastructure/,
    )
    expect(todo).toMatch(/maculactl migrate[^]*maculactl setup --subnet 172\.31\.240\.0\/24/)
  })

  test.each<readonly [string, string, readonly OldPart[] | 'unknown' | 'none']>([
    ['by another network', 'infrastructure_macula-infra-2', old],
    ['while nothing of before is here', 'infrastructure_macula-infra', []],
    ['while that cannot be told', 'infrastructure_macula-infra', 'unknown'],
    ['where nothing of before is looked for', 'infrastructure_macula-infra', 'none'],
  ])('%s: as Docker’s side says it', async (_, network, found) => {
    const error = taken(network)
    await expect(needNetwork(adapters(error, found))).rejects.toBe(error)
  })

  test('none of it when it is free', async () => {
    await expect(needNetwork(adapters(undefined, old))).resolves.toBeUndefined()
  })
})
