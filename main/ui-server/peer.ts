import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'

/** The kernel's way to write an IPv4 address and a port: "0100007F:1F90". */
function kernelForm(address: string, port: number): string {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'))
  return `${bytes.reverse().join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase()
}

/**
 * The user (uid) of the program at the other end of a loopback connection, from the kernel's table; undefined where
 * there is no such table (macOS) or the connection is gone.
 */
export async function userAtOtherEnd(socket: Socket): Promise<number | undefined> {
  const { remotePort, localPort } = socket
  if (remotePort === undefined || localPort === undefined) return undefined
  const theirs = kernelForm('127.0.0.1', remotePort)
  const ours = kernelForm('127.0.0.1', localPort)
  // A program may reach 127.0.0.1 through an IPv6 socket too: its row ends in the same eight digits.
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '')
    for (const line of text.split('\n')) {
      const [, local = '', remote = '', , , , , uid = ''] = line.trim().split(/\s+/)
      if (local.endsWith(theirs) && remote.endsWith(ours) && /^\d+$/.test(uid)) return Number(uid)
    }
  }
  return undefined
}
