import type Docker from 'dockerode'
import type { DockerAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import { nameOf } from './container.ts'
import { execIn } from './exec.ts'
import { within, type Link } from './link.ts'
import { openPiped } from './piped.ts'
import { tarReader } from './tar.ts'
import { openTerminal } from './terminal.ts'
import { dockerTrouble } from './trouble.ts'

/** Bytes of a file that is looked into, and of the archive that it comes in. */
const MOST_PEEKED = 4096
const MOST_PACKED = 64 * 1024

const PEEK_DEADLINE_MS = 5000

/** What is done in containers of ours by the programs in them. `own`: inspects one by its id; undefined: it is not ours. */
export function insideCalls(
  link: () => Link,
  own: (id: string) => Promise<Docker.ContainerInspectInfo | undefined>,
): Pick<DockerAdapter, 'exec' | 'peek' | 'piped' | 'terminal'> {
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
    async peek(id, path) {
      if (!(await own(id))) return undefined
      const reader = tarReader((_, bytes) => bytes <= MOST_PEEKED)
      try {
        const packed = await within(
          PEEK_DEADLINE_MS,
          async (abortSignal) => await link().long.getContainer(id).getArchive({ path, abortSignal }),
        )
        let passed = 0
        for await (const chunk of packed as AsyncIterable<Buffer>) {
          passed += chunk.length
          // A folder of that name, say: it is none that was meant.
          if (passed > MOST_PACKED) return undefined
          await reader.push(chunk)
        }
        await reader.end()
      } catch {
        return undefined
      }
      return [...reader.contents().values()][0]?.toString('utf8')
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
