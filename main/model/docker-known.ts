/** What Docker says of a container that it cannot start, and what that means to a person. */

interface Known {
  readonly sign: RegExp
  /** The reason in our words, after "Grafana cannot be started: ". */
  readonly says: (match: RegExpExecArray) => string
  readonly todo: (match: RegExpExecArray) => string
  /** Starting it again mends it, of a service of ours or of any; else something else has to be put right first. */
  readonly starts?: 'ours' | 'any'
}

const rerun = (): string => 'Run maculactl up: it recreates what is missing.'
/** A file of the person's own, or one that we write: which of both is not known here. */
const placed = (): string =>
  'Put it where the compose.yaml of the service names it, then run maculactl up; what Macula itself writes is written again then.'
const correct =
  (what: string): Known['todo'] =>
  () =>
    `Correct ${what} in its compose.yaml, then run maculactl up again.`

/** What dockerd says (26 to 29) and what it means to a person. The first that fits is taken. */
const known: readonly Known[] = [
  {
    sign: /no space left on device/i,
    says: () => 'the disk is full.',
    todo: () => 'Free some space (docker system df shows what Docker uses), then try again.',
  },
  {
    sign: /(?:Bind for|listen tcp4?) (\S+?:\d+)?:? ?(?:failed: port is already allocated|bind: address already in use)/i,
    says: (match) => `the port ${match[1] ?? ''} of this machine is taken.`.replace('  ', ' '),
    todo: () => 'See who has it (sudo ss -ltnp) and stop that, or choose another port in its compose.yaml.',
  },
  {
    sign: /Address already in use/i,
    says: () => 'another container of its Docker network has its fixed address.',
    todo: () => 'See which one (docker network inspect names all) and stop it or give it another address.',
  },
  {
    sign: /no configured subnet|not belong to any of this network|user specified IP address is supported only/i,
    says: () => 'its fixed address does not lie in the subnet of the Docker network.',
    todo: () => 'Write it with ${MACULA_SUBNET_PREFIX} in its compose.yaml, as the other services do.',
  },
  {
    sign: /Conflict\. The container name "\/?([^"]+)" is already in use/i,
    says: (match) => `a container that is not ours has the name ${match[1] ?? ''}.`,
    todo: (match) => `It is left as it is. Rename it (docker rename ${match[1] ?? ''} NEW) or remove it.`,
  },
  {
    sign: /No such image: (\S+)/i,
    says: (match) => `the image ${match[1] ?? ''} is not on this machine.`,
    todo: () => 'Run maculactl up: it pulls what is missing.',
    starts: 'any',
  },
  {
    sign: /bind source path does not exist: (\S+)/i,
    says: (match) => `${match[1] ?? 'a file'} is to be mounted, but is not there.`,
    todo: placed,
    starts: 'ours',
  },
  {
    sign: /error mounting "?([^" ]+)|Are you trying to mount a directory/i,
    says: (match) => `${match[1] ?? 'one of its files'} cannot be mounted.`,
    todo: placed,
    starts: 'ours',
  },
  {
    sign: /network (\S+) declared as external, but could not be found/i,
    says: (match) =>
      `the Docker network ${match[1] ?? ''}, which its compose.yaml calls external, is not there.`,
    todo: (match) => `Make it (docker network create ${match[1] ?? ''}), or take it out of its compose.yaml.`,
  },
  {
    sign: /external volume "?([^" ]+)"? not found/i,
    says: (match) => `the volume ${match[1] ?? ''}, which its compose.yaml calls external, is not there.`,
    todo: (match) => `Make it (docker volume create ${match[1] ?? ''}), or take it out of its compose.yaml.`,
  },
  {
    sign: /device information while adding custom device "?([^":]+)/i,
    says: (match) => `this machine has no device ${match[1] ?? ''} that it may use.`,
    todo: correct('devices'),
  },
  {
    sign: /could not select device driver "([^"]*)"/i,
    says: (match) =>
      `Docker has no driver${match[1] ? ` ${match[1]}` : ''} for the device that it asks for (a GPU, mostly).`,
    todo: () =>
      'Install the driver’s container toolkit, or take the device (gpus, deploy.resources) out of its compose.yaml.',
  },
  {
    sign: /unable to find (user|group) ([^:\s]+)/i,
    says: (match) => `its image has no ${match[1]?.toLowerCase() ?? 'user'} ${match[2] ?? ''}.`,
    todo: correct('user'),
  },
  {
    sign: /sysctl "?([\w.-]+)"? (?:is not|not) |open \/proc\/sys\/(\S+): |invalid sysctl/i,
    says: (match) =>
      `the sysctl ${match[1] ?? match[2]?.replaceAll('/', '.') ?? 'that it sets'} is not one that a container may set.`,
    todo: correct('sysctls'),
  },
  {
    sign: /\b(?:ulimit|rlimit)\b/i,
    says: () => 'a limit of it (ulimits) cannot be set.',
    todo: correct('ulimits'),
  },
  {
    sign: /(?:invalid|unknown) capability:? "?(\w+)"?/i,
    says: (match) => `there is no capability ${match[1] ?? ''}.`,
    todo: correct('cap_add or cap_drop'),
  },
  {
    sign: /unknown or invalid runtime name:? "?(\w[\w.-]*)/i,
    says: (match) => `Docker has no runtime ${match[1] ?? ''}.`,
    todo: correct('runtime'),
  },
  {
    sign: /no log driver named '?([\w.-]+)/i,
    says: (match) => `Docker has no log driver ${match[1] ?? ''}.`,
    todo: correct('logging'),
  },
  { sign: /network \S+ not found/i, says: () => 'its Docker network is gone.', todo: rerun, starts: 'any' },
  {
    sign: /exec: "?([^":]+)"?: (?:executable file not found|stat .*no such file)/i,
    says: (match) => `its image has no program ${match[1] ?? ''}.`,
    todo: () => 'Correct command or entrypoint in its compose.yaml.',
  },
  {
    sign: /Pool overlaps|non-overlapping IPv4 address pool|all predefined address pools/i,
    says: () => 'Docker already uses that subnet.',
    todo: () =>
      'Choose another "subnet" in settings.json, or remove networks nobody uses (docker network prune).',
  },
]

/**
 * The reason of a failure that dockerd (or compose, which repeats it) is known to give, and what to do. `starts`: of which
 * services starting it again mends it.
 */
export function knownTrouble(
  words: string,
): { readonly says: string; readonly todo: string; readonly starts?: 'ours' | 'any' } | undefined {
  for (const { sign, says, todo, starts } of known) {
    const match = sign.exec(words)
    if (match) return { says: says(match), todo: todo(match), ...(starts === undefined ? {} : { starts }) }
  }
  return undefined
}
