import { execa } from 'execa'
import { fileURLToPath } from 'node:url'
import { poll } from '../../../main/engine/wait.ts'

/** A PowerDNS with its database, as assets/stack makes them, in a docker network of its own. */

const stack = fileURLToPath(new URL('../../../assets/stack', import.meta.url))
const NAME = 'macula-it-powerdns'
export const KEY = 'it-key'
export const SUBNET = '172.28.78'
export const dns = { address: `${SUBNET}.10`, port: 53 }
export const api = { address: `${SUBNET}.10`, port: 8081 }

/** Words of a command line, one path or value a `{}` in turn: none of them is read by a shell. */
async function docker(line: string, ...values: readonly string[]): Promise<void> {
  let next = 0
  await execa(
    'docker',
    line.split(' ').map((word) => word.replaceAll('{}', () => values[next++] ?? '')),
  )
}

/** One call of PowerDNS' API as a program in a cluster makes it. */
export async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`http://${api.address}:${api.port}/api/v1/servers/localhost${path}`, {
    method,
    headers: { 'X-API-Key': KEY },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(120_000),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}

async function pollUntil(isSo: () => Promise<boolean>): Promise<void> {
  const so = await poll(async () => ((await isSo()) ? true : undefined), {
    deadline: 180_000,
    first: 50,
    longest: 500,
  })
  if (so !== true) throw new Error('PowerDNS is not there after three minutes')
}

export async function closePowerdns(): Promise<void> {
  await execa('docker', ['rm', '-f', '-v', `${NAME}-db`, NAME], { reject: false })
  await execa('docker', ['network', 'rm', NAME], { reject: false })
}

/** Starts both and waits until the API answers. */
export async function openPowerdns(): Promise<void> {
  await closePowerdns()
  await docker(`network create --subnet ${SUBNET}.0/24 ${NAME}`)
  await docker(
    `run -d --name ${NAME}-db --network ${NAME} --network-alias powerdns-db -e POSTGRES_USER=pdns -e POSTGRES_PASSWORD=pw -e POSTGRES_DB=pdns -e POWERDNS_ADMIN_DB_PASSWORD=pw2 -v {}/powerdns-db/init:/docker-entrypoint-initdb.d:ro postgres:17.11 postgres`,
    stack,
  )
  await pollUntil(async () => {
    const ready = await execa(
      'docker',
      ['exec', `${NAME}-db`, 'pg_isready', '-h', '127.0.0.1', '-U', 'pdns'],
      {
        reject: false,
      },
    )
    return ready.exitCode === 0
  })
  await docker(
    `run -d --restart unless-stopped --name ${NAME} --network ${NAME} --ip ${dns.address} -e PDNS_AUTH_API_KEY=${KEY} -e PGPASSWORD=pw -v {}/powerdns/pdns.conf:/etc/powerdns/pdns.conf:ro -v {}/powerdns/start.sh:/etc/powerdns/start.sh:ro --entrypoint tini powerdns/pdns-auth-51:5.1.4 -- sh /etc/powerdns/start.sh`,
    stack,
    stack,
  )
  await answering()
}

async function answering(): Promise<void> {
  await pollUntil(
    async () =>
      (await call('GET', '/zones').then(
        ({ status }) => status,
        () => 0,
      )) === 200,
  )
}

export async function stopPowerdns(): Promise<void> {
  await docker(`stop -t 2 ${NAME}`)
}

export async function startPowerdns(): Promise<void> {
  await docker(`start ${NAME}`)
  await answering()
}
