import { MaculaError } from '../../../model/errors.ts'
import type { Box, BoxWish, DataHands, Ran } from '../../adapters.ts'
import { pause, poll } from '../../wait.ts'

/** A server that was not shut down cleanly replays what it wrote. */
const READY_DEADLINE_MS = 900_000

const TELL_EVERY_MS = 2000

/** A PostgreSQL server that only this process reaches: by its socket, inside a container without a network. */
export interface Server {
  readonly box: Box
  /** Its superuser. */
  readonly user: string
  /** Rows of one SELECT, as objects by column. */
  rows(database: string, select: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Runs statements, all or none; one that may not be in a transaction stands alone. */
  run(database: string, sql: string): Promise<void>
  /** Runs a program of its image by argv. Throws MaculaError with its last words when it fails. */
  program(argv: readonly string[], database?: string): Promise<Ran>
}

/** Who may come in to a copy: everybody who is inside its container. */
const HBA = 'macula-taking-hba.conf'

const SOCKETS = '/tmp'

/** How a copy is served: nothing is listened to or archived, nothing loaded but what its data needs. */
export function copyArgv(at: string, preload: string): readonly string[] {
  const settings = {
    hba_file: `${at}/${HBA}`,
    listen_addresses: '',
    // Every image has it, whatever its own programs take for theirs.
    unix_socket_directories: SOCKETS,
    archive_mode: 'off',
    ssl: 'off',
    shared_preload_libraries: preload,
    max_connections: '20',
    shared_buffers: '64MB',
    huge_pages: 'off',
  }
  return ['postgres', ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** The file that lets us in, as it is written into a copy; `owner`: of the data folder. */
export const insideFile = (owner: { readonly uid: number; readonly gid: number }) => ({
  name: HBA,
  content: Buffer.from('local all all trust\n'),
  ...owner,
  mode: 0o600,
})

/**
 * Starts a server and waits until it answers: by its socket, or by its port, which it has once its database is made.
 * `users`: who may be its superuser, tried in turn. Throws MaculaError with the server's last words.
 */
export async function startServer(
  hands: DataHands,
  wish: BoxWish,
  users: readonly string[],
  by: 'socket' | 'port',
  signal: AbortSignal,
): Promise<Server> {
  const box = await hands.box(wish, signal)
  let ended: string | undefined
  const place = ['-h', by === 'socket' ? SOCKETS : '127.0.0.1']
  const answers = await poll(
    async () => {
      ended = await box.ended()
      if (ended !== undefined) return false
      const asked = await box.run(['pg_isready', '-q', ...place], signal)
      return asked.code === 0 ? true : undefined
    },
    { deadline: READY_DEADLINE_MS, first: 100, longest: 1000, signal },
  )
  signal.throwIfAborted()
  if (answers !== true)
    throw new MaculaError({
      kind: 'failed',
      what: `PostgreSQL does not start on the data (image ${wish.image}).`,
      why: ended ?? `It does not answer within ${READY_DEADLINE_MS / 60_000} min.`,
      todo: 'Start the old container once and look at its log; or leave this store out.',
    })
  const env: Environment = by === 'socket' ? { PGHOST: SOCKETS } : {}
  return served(box, await superuser(box, users, env, signal), env, signal)
}

type Environment = Readonly<Record<string, string>>

function served(box: Box, user: string, env: Environment, signal: AbortSignal): Server {
  const program: Server['program'] = async (argv, database = 'template1') => {
    const ran = await box.run(argv, signal, { ...env, PGUSER: user, PGDATABASE: database })
    if (ran.code === 0) return ran
    signal.throwIfAborted()
    const died = await box.ended().catch(() => undefined)
    throw new MaculaError({
      kind: 'failed',
      what: `${argv[0] ?? 'A program'} failed on the database ${database}.`,
      why: [ran.err, died === undefined ? '' : `The server has ended: ${died}`].filter(Boolean).join(' '),
      todo: 'Repair in the old store what it names, then run it again; or leave this store out.',
    })
  }
  const psql = ['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c']
  return {
    box,
    user,
    program,
    async rows(database, select) {
      // As JSON: a name may have any character, a line break too.
      const { out } = await program(
        [...psql, `SELECT coalesce(json_agg(t), '[]') FROM (${select}) t`],
        database,
      )
      return JSON.parse(out) as readonly Readonly<Record<string, unknown>>[]
    },
    run: async (database, sql) => void (await program([...psql, sql], database)),
  }
}

async function superuser(
  box: Box,
  users: readonly string[],
  env: Environment,
  signal: AbortSignal,
): Promise<string> {
  const ask = 'SELECT rolname FROM pg_roles WHERE rolname = current_user AND rolsuper'
  for (const user of new Set(users)) {
    const asked = await box.run(['psql', '-X', '-A', '-t', '-c', ask], signal, {
      ...env,
      PGUSER: user,
      PGDATABASE: 'template1',
    })
    if (asked.code === 0 && asked.out.trim() !== '') return user
  }
  throw new MaculaError({
    kind: 'failed',
    what: 'The superuser of the old database is not known.',
    why: `It is none of ${[...new Set(users)].join(', ')}, and the container that would show it (POSTGRES_USER) is gone.`,
    todo: 'Bring the old project up again (its containers may be stopped), then run it again; or leave this store out.',
  })
}

/** Tells how far a program is while it runs; `ask`: bytes so far. What asking costs or breaks is of no consequence. */
export async function telling<T>(
  job: Promise<T>,
  ask: () => Promise<number>,
  tell: (bytes: number) => void,
): Promise<T> {
  let isOver = false
  const over = new AbortController()
  const told = (async () => {
    for (;;) {
      await pause(TELL_EVERY_MS, over.signal)
      if (isOver) return
      tell(await ask().catch(() => 0))
    }
  })()
  try {
    return await job
  } finally {
    isOver = true
    over.abort()
    await told
  }
}

/** The major version that an image serves, by its tag ("2.29.2-pg17", "17.11", "15-alpine"); undefined: it tells none. */
export function majorOf(image: string): number | undefined {
  const tag = /:([^/:@]+)(?:@|$)/.exec(image)?.[1] ?? ''
  const found = /pg(\d+)/.exec(tag)?.[1] ?? /^(\d+)(?:[.-]|$)/.exec(tag)?.[1]
  return found === undefined ? undefined : Number(found)
}
