import { execa } from 'execa'
import { inert } from '../../model/atoms.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Endpoint } from '../docker/endpoint.ts'
import { knownTrouble } from '../../model/docker-known.ts'
import { endpointEnvironment, proxiesFor, toolEnvironment } from '../host/environment.ts'
import { standApart } from '../process/apart.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Making a node unpacks gigabytes and starts a control plane; kind itself gives up earlier at each of its waits. */
export const CREATE_DEADLINE_MS = 600_000
const DELETE_DEADLINE_MS = 120_000
const QUICK_DEADLINE_MS = 15_000
/** kubectl in the node waits for the API server's webhooks and quotas at most this long. */
const NODE_DEADLINE_MS = 60_000

export interface Ran {
  readonly ok: boolean
  readonly out: string
  readonly err: string
  readonly why: 'done' | 'failed' | 'late' | 'interrupted' | 'absent'
}

/** What programs run with: the person's environment by an allow-list, and a docker configuration of ours. */
export interface Tools {
  readonly env: Environment
  readonly endpoint: Endpoint
  /** The folder of docker's configuration of ours. */
  readonly config: string
  /** What a node must never reach through a proxy: names, domains, subnets. */
  readonly direct: readonly string[]
}

/** kind gives its nodes the proxies that it sees, so that they can pull images. */
function kindEnvironment({ env, endpoint, config, direct }: Tools): Readonly<Record<string, string>> {
  const engine = endpoint.kind === 'tcp' ? [endpoint.host] : []
  return {
    ...toolEnvironment(env, config),
    ...endpointEnvironment(endpoint),
    ...proxiesFor(env, [...engine, ...direct]),
    KIND_EXPERIMENTAL_PROVIDER: 'docker',
  }
}

async function ran(
  file: string,
  args: readonly string[],
  options: {
    readonly env: Readonly<Record<string, string>>
    readonly timeout: number
    readonly signal?: AbortSignal
    readonly input?: string
    readonly onLine?: (line: string) => void
  },
): Promise<Ran> {
  if (options.signal?.aborted) return { ok: false, out: '', err: '', why: 'interrupted' }
  const child = execa(file, [...args], {
    env: options.env,
    extendEnv: false,
    reject: false,
    timeout: options.timeout,
    forceKillAfterDelay: 5000,
    detached: true,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.signal ? { cancelSignal: options.signal } : {}),
  })
  const ended = standApart(child.pid, options.signal)
  if (options.onLine) for await (const line of child.iterable({ from: 'stderr' })) options.onLine(line)
  const result = await child
  ended(result.timedOut)
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return {
    ok: result.exitCode === 0,
    out: text(result.stdout),
    err: text(result.stderr),
    why:
      result.exitCode === 0
        ? 'done'
        : result.isCanceled
          ? 'interrupted'
          : result.timedOut
            ? 'late'
            : result.code === 'ENOENT'
              ? 'absent'
              : 'failed',
  }
}

/** The steps that kind tells, without its marks: " • Preparing nodes 📦  ..." is "Preparing nodes". */
export function kindStep(line: string): string | undefined {
  const match = /^\s*[•✓✗*]\s+(.+?)\s*(?:\.{3})?\s*$/u.exec(line)
  const words = match?.[1]?.replaceAll(/[^\p{L}\p{N}\p{P}\s]/gu, '').trim()
  return words === undefined || words === '' || line.includes('✓') ? undefined : inert(words)
}

/** The last words of a failed run that say why, in one inert line. */
export function lastWords({ err, out }: Ran): string {
  const lines = `${out}\n${err}`
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' &&
        !/^[•✓]/u.test(line) &&
        !/^(?:Stack Trace|goroutine|main\.|runtime\.|\/|sigs\.k8s\.io)/.test(line),
    )
  const told = lines.find((line) => /^(?:ERROR|error)/i.test(line)) ?? lines.at(-1) ?? ''
  return inert(told.replace(/^ERROR:\s*/, '')).slice(0, 500)
}

/** A failed run as an error. */
export function runTrouble(what: string, run: Ran, todo: string): MaculaError {
  if (run.why === 'interrupted')
    return new MaculaError({
      kind: 'refused',
      what: `${what}: interrupted.`,
      todo: 'Start it again to continue.',
    })
  const words = lastWords(run)
  const known = knownTrouble(words)
  return new MaculaError({
    kind: run.why === 'absent' ? 'outside' : 'failed',
    what: known ? `${what}: ${known.says}` : `${what}.`,
    why: run.why === 'late' ? 'It took longer than is ever needed.' : words,
    todo: known?.todo ?? todo,
  })
}

/** The version of a kind: "0.33.0"; undefined when it does not run. */
export async function kindVersion(path: string, env: Environment): Promise<string | undefined> {
  const run = await ran(path, ['version', '--quiet'], {
    env: toolEnvironment(env),
    timeout: QUICK_DEADLINE_MS,
  })
  return run.ok ? inert(run.out.trim()).slice(0, 40) : undefined
}

/** The verbs of kind's command line that are used, each by argv. `path`: where kind was found. */
export function openKind(path: string, tools: Tools) {
  const base = kindEnvironment(tools)
  return {
    /** Nodes stay when it fails: their logs say why, and the next try removes them. */
    create: async (input: {
      readonly name: string
      readonly config: string
      readonly kubeconfig: string
      readonly image: string
      readonly onStep: (says: string) => void
      readonly signal: AbortSignal
    }): Promise<Ran> =>
      await ran(
        path,
        // prettier-ignore
        ['create', 'cluster', '--name', input.name, '--config', input.config, '--kubeconfig', input.kubeconfig,
         '--image', input.image, '--retain', '--wait', '0s'],
        {
          env: base,
          timeout: CREATE_DEADLINE_MS,
          signal: input.signal,
          onLine: (line) => {
            const step = kindStep(line)
            if (step !== undefined) input.onStep(step)
          },
        },
      ),
    /** `kubeconfig`: a file of ours; kind would otherwise write into the person's own. */
    remove: async (name: string, kubeconfig: string): Promise<Ran> =>
      await ran(path, ['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfig], {
        env: base,
        timeout: DELETE_DEADLINE_MS,
      }),
    /** The kubeconfig of a cluster as text; written nowhere. */
    kubeconfig: async (name: string): Promise<Ran> =>
      await ran(path, ['get', 'kubeconfig', '--name', name], { env: base, timeout: QUICK_DEADLINE_MS }),
  }
}

/** What is done inside a node: its own kubectl fits its version, so none is needed on this machine. */
export function openNode({ env, endpoint, config }: Tools) {
  const base = { ...toolEnvironment(env, config), ...endpointEnvironment(endpoint) }
  const docker = async (args: readonly string[], input?: string, signal?: AbortSignal): Promise<Ran> =>
    await ran('docker', args, {
      env: base,
      timeout: NODE_DEADLINE_MS,
      ...(input === undefined ? {} : { input }),
      ...(signal ? { signal } : {}),
    })
  return {
    kubectl: async (
      node: string,
      args: readonly string[],
      input?: string,
      signal?: AbortSignal,
    ): Promise<Ran> =>
      await docker(
        ['exec', '-i', node, 'kubectl', '--kubeconfig=/etc/kubernetes/admin.conf', ...args],
        input ?? '',
        signal,
      ),
    /** Writes a file in a node, making its folder. */
    async write(node: string, path: string, text: string): Promise<Ran> {
      const folder = path.slice(0, path.lastIndexOf('/'))
      const made = await docker(['exec', node, 'mkdir', '-p', folder])
      return made.ok ? await docker(['exec', '-i', node, 'cp', '/dev/stdin', path], text) : made
    },
    /** Files of a node, one after the other; fails when one is not there. */
    read: async (node: string, paths: readonly string[]): Promise<Ran> =>
      await docker(['exec', node, 'cat', ...paths]),
    /** Lays what is in a folder of this machine into one of a node; what else is there stays. */
    async merge(node: string, folder: string, path: string): Promise<Ran> {
      const made = await docker(['exec', node, 'mkdir', '-p', path])
      return made.ok ? await docker(['cp', `${folder}/.`, `${node}:${path}`]) : made
    },
    /** Lays a folder of this machine into a node, in place of what was there. */
    async lay(node: string, folder: string, path: string): Promise<Ran> {
      const gone = await docker(['exec', node, 'rm', '-rf', path])
      return gone.ok ? await docker(['cp', folder, `${node}:${path}`]) : gone
    },
    /** Takes away what was laid there. */
    sweep: async (node: string, path: string): Promise<Ran> =>
      await docker(['exec', node, 'rm', '-rf', path]),
  }
}

export type NodeCommands = ReturnType<typeof openNode>
