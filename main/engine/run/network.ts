import { MaculaError, troubleOf } from '../../model/errors.ts'
import { foundNow } from '../migration/found.ts'
import type { Adapters } from '../adapters.ts'

/**
 * Makes our Docker network where it is missing. Throws MaculaError: where what this machine ran before Macula has its subnet,
 * it says so and names the way to take that over, beside the way to run next to it.
 */
export async function needNetwork({ docker, migration }: Pick<Adapters, 'docker' | 'migration'>) {
  try {
    await docker.ensureNetwork()
  } catch (error) {
    const trouble = troubleOf(error)
    const { why = '', todo = '' } = trouble
    const whose = migration
      ? (await foundNow(migration)).find(({ networks = [] }) =>
          networks.some((name) => ` ${why} `.includes(` ${name} `)),
        )
      : undefined
    if (!whose) throw error
    throw new MaculaError(
      {
        ...trouble,
        why: `${why} It belongs to what this machine ran before Macula: ${whose.title}.`,
        todo: `To take that over, with its data: maculactl migrate shows what would be done, and asks.\nTo run beside it: ${todo}`,
      },
      { cause: error },
    )
  }
}
