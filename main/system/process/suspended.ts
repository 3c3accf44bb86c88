import { execa } from 'execa'
import { statFields } from './proc.ts'

/**
 * Whether a process is stopped by a signal (Ctrl-Z, SIGSTOP, a debugger): it lives, and does nothing. Linux: field 3 of
 * /proc/PID/stat is T or t (proc(5)); elsewhere what `ps` tells. False for a process that is gone.
 */
export async function isSuspended(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') {
    const { stdout } = await execa('ps', ['-p', String(pid), '-o', 'state='], { reject: false })
    return stdout.trim().startsWith('T')
  }
  return /^[Tt]$/.test(statFields(pid)[0] ?? '')
}
