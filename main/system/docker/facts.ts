import { z } from 'zod'
import type { ServiceFacts, VolumeFact } from '../../model/facts.ts'
import { CALL_DEADLINE_MS, get, within, type Link } from './link.ts'
import { statusOf } from './trouble.ts'

const inspectSchema = z.object({
  Name: z.string(),
  Image: z.string(),
  RestartCount: z.number().default(0),
  State: z.object({ Running: z.boolean(), StartedAt: z.string() }),
  Config: z.object({
    Image: z.string(),
    ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
  }),
  HostConfig: z.object({
    Memory: z.number().default(0),
    RestartPolicy: z.object({ Name: z.string() }).nullish(),
  }),
  Mounts: z
    .array(
      z.object({
        Type: z.string(),
        Name: z.string().optional(),
        Source: z.string(),
        Destination: z.string(),
        RW: z.boolean(),
      }),
    )
    .nullish(),
  NetworkSettings: z.object({
    Ports: z
      .record(
        z.string(),
        z.array(z.object({ HostIp: z.string().default(''), HostPort: z.string() })).nullable(),
      )
      .nullish(),
    Networks: z.record(z.string(), z.object({ IPAddress: z.string().default('') })).nullish(),
  }),
})

type Inspected = z.infer<typeof inspectSchema>

const imageSchema = z.object({ Id: z.string(), Size: z.number().optional() })

const diskSchema = z.object({
  Volumes: z
    .array(z.object({ Name: z.string(), UsageData: z.object({ Size: z.number() }).nullish() }))
    .nullish(),
})

/** How long facts wait for the sizes of volumes; measuring goes on and the next question has them. */
const SIZES_PATIENCE_MS = 300

/** Measuring walks every file of every volume. */
const SIZES_DEADLINE_MS = 30_000
const SIZES_AGE_MS = 60_000

/** "5432/tcp", or "5432/tcp on 127.0.0.1:32768" where published. */
function portsOf({ Config: config, NetworkSettings: network }: Inspected): readonly string[] {
  const published = network.Ports ?? {}
  const all = new Set([...Object.keys(config.ExposedPorts ?? {}), ...Object.keys(published)])
  return [...all]
    .sort((one, two) => Number.parseInt(one, 10) - Number.parseInt(two, 10))
    .flatMap((port) => {
      const bindings = published[port] ?? []
      const at = (ip: string, host: string): string =>
        `${port} on ${ip.includes(':') ? `[${ip}]` : ip}:${host}`
      return bindings.length === 0 ? [port] : bindings.map(({ HostIp: ip, HostPort: host }) => at(ip, host))
    })
}

function mountsOf({ Mounts: mounts }: Inspected, sizes: ReadonlyMap<string, number>): readonly VolumeFact[] {
  return (mounts ?? []).flatMap((mount): VolumeFact[] => {
    if (mount.Type !== 'volume' && mount.Type !== 'bind') return []
    const name = mount.Type === 'volume' ? (mount.Name ?? mount.Source) : mount.Source
    const bytes = mount.Type === 'volume' ? sizes.get(name) : undefined
    return [
      {
        name,
        kind: mount.Type,
        at: mount.Destination,
        readOnly: !mount.RW,
        ...(bytes === undefined ? {} : { bytes }),
      },
    ]
  })
}

/** What is known of containers and images; sizes of volumes are measured at most once a minute. */
export function openFacts(link: () => Link) {
  let sizes: { readonly at: number; readonly found: Promise<ReadonlyMap<string, number>> } | undefined

  async function measure(): Promise<ReadonlyMap<string, number>> {
    const disk = diskSchema.safeParse(
      await within(
        SIZES_DEADLINE_MS,
        async (signal) => await get(link().long, '/system/df', { signal, query: { type: 'volume' } }),
      ).catch(() => undefined),
    ).data
    return new Map(
      (disk?.Volumes ?? []).flatMap(({ Name: name, UsageData: usage }) =>
        usage && usage.Size >= 0 ? [[name, usage.Size] as const] : [],
      ),
    )
  }

  async function volumeSizes(): Promise<ReadonlyMap<string, number>> {
    if (!sizes || performance.now() - sizes.at > SIZES_AGE_MS)
      sizes = { at: performance.now(), found: measure() }
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<ReadonlyMap<string, number>>((resolve) => {
      timer = setTimeout(() => resolve(new Map()), SIZES_PATIENCE_MS)
    })
    return await Promise.race([sizes.found, late]).finally(() => clearTimeout(timer))
  }

  /** An image as it is here; undefined when it is not. */
  async function image(name: string): Promise<{ readonly id: string; readonly bytes: number } | undefined> {
    try {
      const found = imageSchema.parse(
        await within(
          CALL_DEADLINE_MS,
          async (signal) => await get(link().calls, `/images/${encodeURI(name)}/json`, { signal }),
        ),
      )
      return { id: found.Id, bytes: found.Size ?? 0 }
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  return {
    image,
    /** Everything of one container besides its state; undefined when it is gone. */
    async facts(id: string, service: string, network: string): Promise<ServiceFacts | undefined> {
      try {
        const [said, found] = await Promise.all([
          within(
            CALL_DEADLINE_MS,
            async (signal) => await get(link().calls, `/containers/${id}/json`, { signal }),
          ),
          volumeSizes(),
        ])
        const info = inspectSchema.parse(said)
        const of = await image(info.Image).catch(() => undefined)
        return {
          service,
          container: info.Name.replace(/^\//, ''),
          image: info.Config.Image,
          digest: info.Image,
          ...(of === undefined ? {} : { imageBytes: of.bytes }),
          address: info.State.Running ? (info.NetworkSettings.Networks?.[network]?.IPAddress ?? '') : '',
          ports: portsOf(info),
          volumes: mountsOf(info, found),
          memoryLimit: info.HostConfig.Memory,
          startedAt: info.State.StartedAt.startsWith('0001-') ? 0 : Date.parse(info.State.StartedAt) || 0,
          restarts: info.RestartCount,
          restartPolicy: info.HostConfig.RestartPolicy?.Name ?? '',
        }
      } catch (error) {
        if (statusOf(error) === 404) return undefined
        throw error
      }
    },
  }
}
