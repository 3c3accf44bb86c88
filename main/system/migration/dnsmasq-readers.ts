import { readdir, readFile } from 'node:fs/promises'
import { dirname, basename } from 'node:path'
import { readCgroup } from '../process/belongs.ts'
import { argvOf } from '../process/record.ts'
import { dnsmasqReads, takesIn } from '../setup/dnsmasq-files.ts'
import { openMachine, type Machine } from '../setup/machine.ts'

/** Whether a dnsmasq that was started with these words reads a file: it is named, or lies in a folder that is (dnsmasq(8)). */
export async function readsFile(machine: Machine, argv: readonly string[], path: string): Promise<boolean> {
  const { files, folders } = await dnsmasqReads(machine, argv.slice(1))
  return (
    files.includes(path) ||
    folders.some((folder) => folder.path === dirname(path) && takesIn(folder, basename(path)))
  )
}

/** Whether a dnsmasq of this machine runs that reads a file. Where words of others are hidden systemd's word for its unit counts. */
export async function isRead(path: string): Promise<boolean> {
  const machine = openMachine()
  const here = await containerOf('self')
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
    // What runs in a container reads files of its own.
    if (name.trim() !== 'dnsmasq' || (await containerOf(pid)) !== here) continue
    if (await readsFile(machine, (await argvOf(Number(pid))) ?? [], path)) return true
  }
  const state = await machine.output('systemctl', ['is-active', 'dnsmasq.service'])
  return state?.trim() === 'active'
}

async function containerOf(pid: string): Promise<string | undefined> {
  return readCgroup(await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')).container
}
