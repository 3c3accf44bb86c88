import type { DockerAdapter } from '../../engine/adapters.ts'
import { inert } from '../../model/atoms.ts'
import { CALL_DEADLINE_MS, within, type Link } from './link.ts'

/** Any container of the engine, ours or not, by what is known of it elsewhere. Nothing here throws. */
export function namedContainers(
  link: () => Link,
): Pick<DockerAdapter, 'nameOf'> & Required<Pick<DockerAdapter, 'projectOf'>> {
  return {
    async nameOf(ref) {
      const all = await within(
        CALL_DEADLINE_MS,
        async (abortSignal) => await link().calls.listContainers({ abortSignal }),
      ).catch(() => [])
      const byId = all.find(({ Id }) => Id.startsWith(ref))
      if (byId) return byId.Names[0]?.replace(/^\//, '')
      const has = (networks: Readonly<Record<string, { IPAddress?: string }>> | undefined): boolean =>
        Object.values(networks ?? {}).some(({ IPAddress }) => IPAddress === ref)
      const listed = all.filter(({ NetworkSettings }) => has(NetworkSettings?.Networks))
      // The list is a copy of Docker's own, which may be older: an address goes to another container as soon as one ends. Who is
      // named here is stopped when the person says so, so that each is asked itself.
      for (const { Id } of [...listed, ...all.filter((one) => !listed.includes(one))]) {
        const info = await within(
          CALL_DEADLINE_MS,
          async (abortSignal) => await link().calls.getContainer(Id).inspect({ abortSignal }),
        ).catch(() => undefined)
        if (info?.State.Running === true && has(info.NetworkSettings.Networks))
          return info.Name.replace(/^\//, '')
      }
      return undefined
    },
    async projectOf(name) {
      const info = await within(
        CALL_DEADLINE_MS,
        async (abortSignal) => await link().calls.getContainer(name).inspect({ abortSignal }),
      ).catch(() => undefined)
      const of = info?.Config.Labels?.['com.docker.compose.project']
      return of === undefined || of === '' ? undefined : inert(of).slice(0, 100)
    },
  }
}
