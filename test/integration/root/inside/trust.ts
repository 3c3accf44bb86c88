/** The authority in the real store of this sandbox: asked by curl before, with it and after undo; /etc byte for byte. */
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { openRoot } from '../../../../main/system/root/open-root.ts'
import { openMachine } from '../../../../main/system/setup/machine.ts'
import { trust } from '../../../../main/system/setup/trust.ts'
import { makeLeaf, type Pair } from '../../../../main/system/tls/certificate.ts'
import { authorityFile, openTls } from '../../../../main/system/tls/open-tls.ts'
import { end, forget, machine, paths, settings } from './story.ts'

const STORE = '/usr/local/share/ca-certificates'

// /usr is the machine's own: its folder of local authorities becomes the sandbox's.
cpSync(STORE, '/mnt/authorities', { recursive: true })
execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'authorities', STORE])
cpSync('/mnt/authorities', STORE, { recursive: true })
await forget()
rmSync(paths.data, { recursive: true, force: true })
// What the store would be without us, whoever left it how.
execFileSync('update-ca-certificates', [], { stdio: 'ignore' })
const before = machine()
const mine = readdirSync(STORE)

const tls = openTls(paths, { ...settings, tls: true }, () => Date.now())
await tls.ensure(['grafana.macula.local'])
const step = trust(openMachine(), async () => (await tls.seen()).authority)
const text = readFileSync(authorityFile(paths), 'utf8')
const at = text.indexOf('-----BEGIN PRIVATE')
const authority: Pair = { certificate: text.slice(0, at), key: text.slice(at) }
const dates = { notBefore: Date.now() - 86_400_000, notAfter: Date.now() + 86_400_000 }

/** How curl ends that asks a server of `name`, as any program would. */
async function asked(name: string): Promise<number> {
  const leaf = await makeLeaf(authority, [name], dates)
  const server = createServer({ cert: leaf.certificate, key: leaf.key }, (_, answer) => void answer.end('ok'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const args = [
    '-sS',
    '--noproxy',
    '*',
    '--max-time',
    '30',
    '--resolve',
    `${name}:${port}:127.0.0.1`,
    `https://${name}:${port}/`,
  ]
  const code = await new Promise<number>((resolve) => {
    const child = execFile('curl', args, () => undefined)
    child.once('close', (ended) => resolve(ended ?? -1))
  })
  server.close()
  server.closeAllConnections()
  return code
}

const root = openRoot(paths)
const refused = await asked('grafana.macula.local')
const plan = await step.plan()
if (!plan) throw new Error('no step')
const applied = await root.apply([plan.change], () => undefined)
const inPlace = (await step.plan())?.inPlace
const taken = await asked('grafana.macula.local')
const outside = await asked('grafana.example.com')
const again = await root.apply([plan.change], () => undefined)
const drift = (await root.ledger()).map((entry) => `${entry.change} ${entry.verb} ${entry.drift}`)
const undone = await root.undo(undefined, { evenIfDrifted: false }, () => undefined)
const after = machine()
const refusedAgain = await asked('grafana.macula.local')
rmSync(paths.state, { recursive: true, force: true })
rmSync(paths.data, { recursive: true, force: true })
end({
  refused,
  applied,
  inPlace,
  taken,
  outside,
  again,
  drift,
  undone,
  refusedAgain,
  changed: after.filter((line) => !before.includes(line)).map((line) => line.split(' ')[0]),
  same: JSON.stringify(before) === JSON.stringify(after),
  left: JSON.stringify(readdirSync(STORE)) === JSON.stringify(mine),
})
