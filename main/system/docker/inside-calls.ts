import type Docker from 'dockerode'
import type { DockerAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import { nameOf } from './container.ts'
import { execIn } from './exec.ts'
import type { Link } from './link.ts'
import { openPiped } from './piped.ts'
import { openTerminal } from './terminal.ts'
import { dockerTrouble } from './trouble.ts'

/** What is done in containers of ours by the programs in them. `own`: inspects one by its id; undefined: it is not ours. */
export function insideCalls(
  link: () => Link,
  own: (id: string) => Promise<Docker.ContainerInspectInfo | undefined>,
): Pick<DockerAdapter, 'exec' | 'piped' | 'terminal'> {
  async function running(id: string): Promise<Docker.ContainerInspectInfo> {
    const info = await own(id)
    if (info?.State.Running === true) return info
    throw new MaculaError({
      kind: 'failed',
      what: `${info ? nameOf(info) : 'A container'} does not run, so nothing can be done in it.`,
      todo: 'maculactl up starts it.',
    })
  }

  return {
    async exec(id, wish) {
      const info = await running(id)
      try {
        return await execIn(link(), id, wish, nameOf(info))
      } catch (error) {
        throw dockerTrouble(`${wish.argv[0] ?? 'A program'} cannot be run in ${nameOf(info)}`, error)
      }
    },
    async piped(id, argv) {
      const info = await running(id)
      try {
        return await openPiped(link(), id, argv)
      } catch (error) {
        throw dockerTrouble(`${argv[0] ?? 'A program'} cannot be run in ${nameOf(info)}`, error)
      }
    },
    async terminal(id, wish) {
      const info = await running(id)
      try {
        return await openTerminal(link(), id, wish)
      } catch (error) {
        throw dockerTrouble(`No terminal can be opened in ${nameOf(info)}`, error)
      }
    },
  }
}
