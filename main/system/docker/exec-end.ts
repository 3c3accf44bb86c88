import type Docker from 'dockerode'
import { CALL_DEADLINE_MS, within, type Link } from './link.ts'
import { hangUp } from './marked.ts'

/** What becomes of a program that was run in a container by our exec; `mark`: what it is known by in there. */
export function execEnd(
  link: Link,
  exec: Docker.Exec,
  { id, mark }: { readonly id: string; readonly mark: string },
) {
  return {
    /** Its exit code; null: it runs, or Docker does not say. */
    code: async (): Promise<number | null> => {
      return await within(CALL_DEADLINE_MS, async (abortSignal) => {
        const { ExitCode: code } = await exec.inspect({ abortSignal })
        return code ?? null
      }).catch(() => null)
    },
    /** Ends it where it runs. Neither Docker nor the kernel does when we let go of its streams. */
    hangUp: async (): Promise<void> => {
      try {
        const runs = await within(
          CALL_DEADLINE_MS,
          async (abortSignal) => (await exec.inspect({ abortSignal })).Running,
        )
        if (runs) await hangUp(link, id, mark)
      } catch {
        // Without Docker, or without a container, there is nothing left to end.
      }
    },
  }
}
