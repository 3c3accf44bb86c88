import { readFile } from 'node:fs/promises'

/** The name of a user by uid, from /etc/passwd; undefined when this machine's file has none (removed, or of a directory service). */
export async function userName(uid: number): Promise<string | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  return passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((fields) => Number(fields[2]) === uid)?.[0]
}
