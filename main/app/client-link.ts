import { execFile, spawn } from 'node:child_process'
import { isAbsolute, join } from 'node:path'
import { linkProgram, withLink, type LinkProgram } from '../model/desktop-entry.ts'
import { MaculaError } from '../model/errors.ts'
import { readIfThere } from '../system/files.ts'
import { homeIfAny } from '../system/home.ts'
import { findTool } from '../system/host/tool.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The names that database clients register for; both mean the same to PostgreSQL's own library. */
const SCHEMES = ['postgresql', 'postgres'] as const

/** xdg-mime is a script that starts others: slow on a loaded machine, and nobody waits for it longer than this. */
const ASK_DEADLINE_MS = 5000
/** A desktop entry is a page of text; what is larger is none. */
const MOST_BYTES = 256 * 1024

/** The person's program for links to PostgreSQL, and how it is handed one. */
export interface ClientLinks {
  /** What the desktop has for them now; undefined: nothing that takes a link. Never throws. */
  find(): Promise<(LinkProgram & { readonly scheme: string }) | undefined>
  /**
   * Hands a connection string to exactly that program, by argv: no shell, and no xdg-open, which tries browsers where a program
   * fails. Throws MaculaError without the string in it.
   */
  open(link: string): Promise<void>
}

export function createClientLinks(env: Environment): ClientLinks {
  async function find() {
    const ask = await findTool('xdg-mime', env)
    if (ask === undefined) return undefined
    for (const scheme of SCHEMES) {
      const id = await answerOf(ask, ['query', 'default', `x-scheme-handler/${scheme}`], env)
      const program = /^[A-Za-z0-9_][A-Za-z0-9_.-]*\.desktop$/.test(id) ? await programOf(id, env) : undefined
      if (program) return { ...program, scheme }
    }
    return undefined
  }

  return {
    find,
    async open(link) {
      const program = await find()
      if (!program)
        throw new MaculaError({
          kind: 'outside',
          what: 'No program for links to PostgreSQL is registered any more.',
          todo: 'Copy the connection string instead.',
        })
      const rest = /^postgres(?:ql)?(:\/\/.*)$/s.exec(link)?.[1]
      // What a parser would drop, or a program read as an end of line, must not be there at all.
      if (rest === undefined || Array.from(link).some((char) => char <= ' ' || char === '\u007F'))
        throw new MaculaError({
          kind: 'failed',
          what: 'There is no connection string that can be handed on.',
        })
      const [file = '', ...argv] = withLink(program, program.scheme + rest)
      await begin(file, argv, env, program.title)
    },
  }
}

/** What a program prints; empty where it fails or takes too long. */
async function answerOf(file: string, argv: readonly string[], env: Environment): Promise<string> {
  return await new Promise((resolve) => {
    execFile(
      file,
      argv,
      { env: { ...env }, timeout: ASK_DEADLINE_MS, killSignal: 'SIGKILL', maxBuffer: 4096 },
      (error, out) => resolve(error ? '' : out.trim()),
    )
  })
}

/** Folders in which desktop entries lie, the person's first. Source: XDG Base Directory Specification. */
function entryFolders(env: Environment): readonly string[] {
  const home = homeIfAny(env)
  const own = env['XDG_DATA_HOME'] || (home === undefined ? '' : join(home, '.local', 'share'))
  const shared = env['XDG_DATA_DIRS'] || '/usr/local/share:/usr/share'
  return [own, ...shared.split(':')].filter(isAbsolute).map((folder) => join(folder, 'applications'))
}

/** The program of an entry; undefined: there is none, it takes no links, or it is not installed. */
async function programOf(id: string, env: Environment): Promise<LinkProgram | undefined> {
  for (const folder of entryFolders(env)) {
    // A hyphen in an id may be a folder of the file.
    for (const name of [id, id.replace('-', '/')]) {
      const text = await entryAt(join(folder, name))
      if (text === undefined) continue
      const program = linkProgram(text)
      const [file = '', ...rest] = program?.argv ?? []
      const path = file.includes('/') ? (isAbsolute(file) ? file : undefined) : await findTool(file, env)
      // The first entry of an id hides all others.
      return program && path !== undefined ? { ...program, argv: [path, ...rest] } : undefined
    }
  }
  return undefined
}

async function entryAt(path: string): Promise<string | undefined> {
  // One that cannot be read, or is none by its size, is as if it were not there.
  return await readIfThere(path, MOST_BYTES).catch(() => undefined)
}

/** Resolves once it was started; it goes on without us. */
async function begin(file: string, argv: readonly string[], env: Environment, title: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // A folder that is always there: one's own may be an image that is unmounted when the application ends.
    const child = spawn(file, argv, { env: { ...env }, cwd: '/', detached: true, stdio: 'ignore' })
    child.once('spawn', () => {
      child.unref()
      resolve()
    })
    // The error itself names all arguments, and so the password: only its code goes on.
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new MaculaError({
          kind: 'outside',
          what: `${title} cannot be started.`,
          ...(error.code === undefined ? {} : { why: `${file}: ${error.code}` }),
          todo: 'Copy the connection string instead.',
        }),
      ),
    )
  })
}
