import { execa } from 'execa'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { poll } from '../../../main/engine/wait.ts'

/** What Docker's own resolver does with the name of a service that is stopped: a name server of the machine that writes down what it is asked. */

const NAME = 'macula-it-resolver'
const IMAGE = 'macula-test/base'
const SERVER = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('0.0.0.0', 53))
print('ready', flush=True)
while True:
    data, who = s.recvfrom(2000)
    at, labels = 12, []
    while data[at]:
        labels.append(data[at + 1:at + 1 + data[at]].decode())
        at += 1 + data[at]
    print('asked ' + '.'.join(labels), flush=True)
    s.sendto(data[:2] + b'\\x81\\x83' + data[4:6] + bytes(6) + data[12:at + 5], who)
`
const ASK = `
import socket, sys
for name in sys.argv[1:]:
    try: print(name, socket.gethostbyname(name))
    except OSError: print(name, 'none')
`
const docker = async (...args: readonly string[]): Promise<string> => (await execa('docker', args)).stdout
const log = async (): Promise<string> => await docker('logs', `${NAME}-server`)
let server = ''

async function close(): Promise<void> {
  await execa('docker', ['rm', '-f', '-v', `${NAME}-server`, `${NAME}-there`], { reject: false })
  await execa('docker', ['network', 'rm', NAME], { reject: false })
}
beforeAll(async () => {
  await close()
  await docker('network', 'create', NAME)
  await docker('run', '-d', '--name', `${NAME}-server`, '--network', NAME, IMAGE, 'python3', '-c', SERVER)
  const place = `{{(index .NetworkSettings.Networks "${NAME}").IPAddress}}`
  server = (await docker('inspect', '-f', place, `${NAME}-server`)).trim()
  const alias = ['--network-alias', 'grafana']
  await docker('run', '-d', '--name', `${NAME}-there`, '--network', NAME, ...alias, IMAGE, 'sleep', '600')
  const isReady = async (): Promise<true | undefined> => ((await log()).includes('ready') ? true : undefined)
  expect(await poll(isReady, { deadline: 180_000, first: 50, longest: 500 })).toBe(true)
})
afterAll(close)

/** What a container with these options is told, and what the machine's name server was asked for it. */
async function asks(options: readonly string[], ...names: readonly string[]) {
  const before = (await log()).split('\n').length
  const given = ['--network', NAME, '--dns', server, ...options.flatMap((one) => ['--dns-opt', one])]
  const said = await docker('run', '--rm', ...given, IMAGE, 'python3', '-c', ASK, ...names)
  const outside = (await log()).split('\n').slice(before)
  return { said: said.split('\n').map((line) => line.replace(/\d+(\.\d+){3}/, 'an address')), outside }
}

test('as Docker does it by itself, the machine’s name server is asked for the name of what is stopped', async () => {
  const { said, outside } = await asks([], 'grafana', 'tempo')
  expect(said).toEqual(['grafana an address', 'tempo none'])
  expect(outside).toContain('asked tempo')
})

test('the ingress, which asks for every service again and again, is told so by Docker, and nobody outside is asked', async () => {
  const file = new URL('../../../assets/stack/ingress/compose.yaml', import.meta.url)
  const { services } = parse(await readFile(file, 'utf8')) as {
    services: { ingress: { dns_opt?: string[] } }
  }
  const { said, outside } = await asks(services.ingress.dns_opt ?? [], 'grafana', 'tempo')
  expect(said).toEqual(['grafana an address', 'tempo none'])
  expect(outside).toEqual([])
})
