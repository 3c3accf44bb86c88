import { readdir } from 'node:fs/promises'
import { ownerMark, ownerOfMark, type Owner } from '../../model/owner.ts'
import { networkOf, readProc, statFields, userOf } from './proc.ts'
import { argvOf, recordsIn, startOf, type PidRecord } from './record.ts'

/** In the environment of everything we start: whose it is. By this it is known again wherever its records went. */
const OWNER = 'MACULA_OWNER'

/** The same of earlier versions: the state folder whose records tell of it. */
const STATE = 'MACULA_STATE'

/** Whose processes are meant, and where their records are. */
export interface Mark {
  readonly owner: Owner
  readonly state: string
}

/** What a process that we start carries in its environment. */
export function markedEnvironment({ owner, state }: Mark): Readonly<Record<string, string>> {
  return { [OWNER]: ownerMark(owner), [STATE]: state }
}

/** The environment of a living process; empty where it may not be read (another user's) or /proc is not. */
async function environmentOf(pid: number): Promise<ReadonlyMap<string, string>> {
  const text = await readProc(`/proc/${pid}/environ`).catch(() => '')
  return new Map(
    text.split('\0').flatMap((entry) => {
      const at = entry.indexOf('=')
      return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)] as const] : []
    }),
  )
}

/** Whose a process is, as its environment tells; undefined for what is no Macula's, or not ours to see. */
export async function ownerOfProcess(pid: number): Promise<Owner | undefined> {
  return ownerOfMark((await environmentOf(pid)).get(OWNER) ?? '')
}

/** Whether a process was started by this instance of this person. One of an earlier version tells only its folder. */
export async function isMarked(pid: number, { owner, state }: Mark): Promise<boolean> {
  const environment = await environmentOf(pid)
  const mark = environment.get(OWNER)
  return mark === undefined ? environment.get(STATE) === state : mark === ownerMark(owner)
}

/** Whether a process carries the mark of another instance or person; one without a mark that can be read does not. */
async function isOfAnother(pid: number, { owner }: Mark): Promise<boolean> {
  const mark = (await environmentOf(pid)).get(OWNER)
  return mark !== undefined && mark !== ownerMark(owner)
}

/**
 * Records of this instance in a folder. The settings may have named another project when one was written: what carries
 * another instance's mark is none of ours, and its record stays for it.
 */
export function ownRecordsIn(folder: string, mark: Mark): ReturnType<typeof recordsIn> {
  const records = recordsIn(folder)
  return {
    ...records,
    async living(name) {
      const record = await records.living(name)
      return record && (await isOfAnother(record.pid, mark)) ? undefined : record
    },
  }
}

/** The record that would tell of a living process of this instance; undefined when it is none, or gone. */
export async function recordByMark(pid: number, mark: Mark): Promise<PidRecord | undefined> {
  if (!(await isMarked(pid, mark))) return undefined
  const [started, argv] = await Promise.all([startOf(pid), argvOf(pid)])
  return started === undefined || !argv || argv.length === 0 ? undefined : { pid, started, argv }
}

/**
 * The living processes of this instance, without what they started themselves: the leaders of their groups. Found by
 * their environment alone, so that it does not matter whether a record was ever written. None where /proc is not. Those in
 * another network than this process are of another Macula, inside a sandbox or a container. `known`: pids that are not asked,
 * because who asks knows them already.
 */
export async function startedBy(
  mark: Mark,
  known: ReadonlySet<number> = new Set(),
): Promise<readonly PidRecord[]> {
  const entries = await readdir('/proc').catch(() => [])
  const pids = entries.map(Number).filter((pid) => Number.isInteger(pid) && pid > 1 && !known.has(pid))
  const [me, here] = [process.geteuid?.(), networkOf('self')]
  // Of other users the environment cannot be read. Cheapest first: hundreds of processes are there, and few get further.
  const near = pids.filter((pid) => userOf(pid) === me && leads(pid) && networkOf(pid) === here)
  const found = await Promise.all(near.map(async (pid) => await recordByMark(pid, mark)))
  return found.filter((record) => record !== undefined)
}

/** Whether a process leads its group: field 5 of /proc/PID/stat. */
function leads(pid: number): boolean {
  return statFields(pid)[2] === String(pid)
}
