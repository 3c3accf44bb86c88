import type { ContainerSeen } from '../../model/observation.ts'
import { sayList } from '../../model/say.ts'

/**
 * What a person must know once a container is removed whose image keeps data in volumes without a name: the next one does not
 * get them, and only their ids lead to them. Undefined where there are none.
 */
export function sayNameless({ nameless = [] }: ContainerSeen, title: string): string | undefined {
  if (nameless.length === 0) return undefined
  const paths = sayList(
    nameless.map(({ path }) => path),
    nameless.length,
  )
  const volumes = sayList(
    nameless.map(({ volume }) => volume),
    nameless.length,
  )
  const [it, one] = nameless.length === 1 ? ['it', 'volume'] : ['them', 'volumes']
  return `${title} starts with an empty ${paths} next time: its image keeps ${it} in an anonymous volume, which only the removed container pointed to. What was in ${it} stays in the Docker ${one} ${volumes}. Give ${it} a named volume in compose.yaml to keep what comes.`
}
