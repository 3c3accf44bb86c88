import { execa } from 'execa'
import { z } from 'zod'
import { ownDockerConfig } from '../docker/own-config.ts'
import type { Link } from '../docker/link.ts'
import { inert } from '../../model/atoms.ts'
import { endpointEnvironment, toolEnvironment } from '../host/environment.ts'
import { findTool } from '../host/tool.ts'
import type { KeptCompose } from './compose-kept.ts'
import { upWords } from './compose-up.ts'

/** Compose reads files within tenths of a second. */
const DEADLINE_MS = 15_000

const configSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      environment: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullish(),
      ports: z.array(z.object({ published: z.union([z.string(), z.number()]).optional() })).nullish(),
    }),
  ),
})

export type ReadConfig = z.infer<typeof configSchema>

/** What of its containers its files do not say. */
export type Values =
  /** Variables and ports, by name; never a value. */
  | { readonly kind: 'read'; readonly beside: readonly string[] }
  /** Compose does not take its files without the shell that they were started in. */
  | { readonly kind: 'refused'; readonly says: string }

/**
 * What containers have otherwise than their files say: a variable that a shell had, or a file that changed since. `unset`: names
 * that Compose warns of, because no file gives them a value.
 */
export function besideFiles(
  { services }: ReadConfig,
  unset: readonly string[],
  containers: KeptCompose['containers'],
): readonly string[] {
  const found = new Set<string>()
  for (const { name, service, record, ports } of containers) {
    const read = services[service]
    if (!read || !record) continue
    const has = new Map(
      ((record.config['Env'] ?? []) as readonly string[]).map((line) => {
        const at = line.indexOf('=')
        return [line.slice(0, at), line.slice(at + 1)] as const
      }),
    )
    for (const [variable, value] of Object.entries(read.environment ?? {}))
      // Without a value it is passed on from the shell; what had none is not there then.
      if (value === null ? has.has(variable) : has.get(variable) !== String(value)) found.add(variable)
    const published = (read.ports ?? []).map((one) => String(one.published ?? ''))
    // A range stands for one port of it.
    if (published.every((one) => /^\d+$/.test(one)))
      for (const { port } of ports)
        if (!published.includes(String(port))) found.add(`port ${port} of ${name}`)
  }
  return [...new Set([...unset, ...found])].toSorted()
}

const cache = new Map<string, Values>()

/** Asks Compose what its files say in a shell that has nothing; undefined: there is nothing to ask, or nobody. */
export async function valuesOf(
  kept: KeptCompose,
  input: {
    readonly link: Link
    readonly env: Readonly<Record<string, string | undefined>>
    readonly state: string
    readonly copies: string
  },
): Promise<Values | undefined> {
  if (kept.files.length === 0 || kept.containers.length === 0) return undefined
  const key = JSON.stringify([kept.files, kept.environment, kept.containers.map(({ id }) => id)])
  const known = cache.get(key)
  if (known) return known
  const docker = await findTool('docker', input.env)
  if (docker === undefined) return undefined
  // Services of a profile are asked for by name, as they were started.
  const { args, cwd } = await upWords(kept, input.copies, [])
  const { exitCode, stdout, stderr } = await execa(
    docker,
    [...args, '--profile', '*', 'config', '--format', 'json'],
    {
      cwd,
      env: {
        ...toolEnvironment(input.env, await ownDockerConfig(input.state, input.env)),
        ...endpointEnvironment(input.link.endpoint),
      },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: DEADLINE_MS,
      maxBuffer: 8 * 1024 * 1024,
    },
  )
  const values = read(exitCode, stdout, stderr, kept)
  if (values) cache.set(key, values)
  return values
}

function read(
  code: number | undefined,
  stdout: string,
  stderr: string,
  kept: KeptCompose,
): Values | undefined {
  if (code !== 0) {
    // Without the plugin docker does not know these words at all: then nobody can be asked.
    return code === undefined || /unknown (?:command|flag|shorthand)|is not a docker command/.test(stderr)
      ? undefined
      : { kind: 'refused', says: reasonIn(stderr) }
  }
  const parsed = configSchema.safeParse(JSON.parse(stdout || '{}'))
  if (!parsed.success) return undefined
  return { kind: 'read', beside: besideFiles(parsed.data, unsetIn(stderr), kept.containers) }
}

/** Why Compose ended: its last line that is no warning. */
export function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.includes('level=warning'))
  return inert(lines.at(-1) ?? '')
    .trim()
    .slice(0, 300)
}

/** Names in Compose's warnings of variables that no file sets (compose-go, template): The \"NAME\" variable is not set. */
export function unsetIn(stderr: string): readonly string[] {
  return [...stderr.matchAll(/The \\?"(\w+)\\?" variable is not set/g)].flatMap(([, name]) => name ?? [])
}
