import { readFile } from 'node:fs/promises'
import { curl, done, home, rungs } from '../support/actor.ts'
import { openWebSocket } from '../support/websocket.ts'
import { kubectl, lookUntil, url } from './tier.ts'

/** https of an application in the cluster, turned on and off again; what was seen meanwhile. */
export async function secureStory() {
  await done(['tls', 'on'])
  const file = `${home}/.local/share/macula-desktop/tls/ca.pem`
  const ca = await readFile(file, 'utf8')
  const looked = await lookUntil((seen) => rungs(seen, 'console').includes('tls:ok'))
  const answer = await curl('--cacert', file, 'https://console.macula.local/')
  const socket = await openWebSocket({
    address: '127.0.0.2',
    port: 443,
    host: 'console.macula.local',
    path: '/live',
    ca,
  })
  const said = await socket.say('phx_join')
  socket.close()
  const read = await kubectl('get', 'secret', 'macula-tls', '-n', 'macula', '-o', 'json')
  const secret = JSON.parse(read.out === '' ? '{}' : read.out) as {
    type?: string
    data?: Readonly<Record<string, string>>
  }
  const text = (key: string): string => Buffer.from(secret.data?.[key] ?? '', 'base64').toString()
  await done(['tls', 'off', '--remove-ca'])
  const after = await kubectl('get', 'secret', 'macula-tls', '-n', 'macula')
  return {
    rungs: rungs(looked, 'console'),
    status: answer.status,
    body: answer.body,
    said,
    type: secret.type,
    hasOurs: text('ca.crt') === ca,
    certificate: text('tls.crt').split('\n')[0],
    key: text('tls.key').split('\n')[0],
    after: after.err,
    plain: (await url('console')).status,
    closed: (await curl('-k', 'https://console.macula.local/')).status,
  }
}
