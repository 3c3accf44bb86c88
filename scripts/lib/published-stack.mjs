import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './process.mjs'

/**
 * What our own scripts and configurations do in the published images, which stand-ins or Debian's programs take the place of
 * elsewhere: an instance of its own is started as a person starts it, and asked.
 */

/** The instance; beside what else runs here. */
export const settings = {
  project: 'macula-published',
  suffix: 'published.test',
  subnet: '172.31.242.0/24',
  addresses: '127.0.42.0/24',
  dnsPort: 5393,
}

const stack = join(root, 'assets', 'stack')
const fragment = (id) => readFileSync(join(stack, id, 'compose.yaml'), 'utf8')

/** The image of a service of ours, as its description pins it. */
export function imageOf(id) {
  const image = /^ {4}image: (\S+)$/m.exec(fragment(id))?.[1]
  if (!image) throw new Error(`${id} has no image`)
  return image
}

/** Bytes that a service keeps when idle, by its description. */
export function budgetOf(id) {
  const [, number, unit] = /^ {4}mem_reservation: (\d+)([mg])$/m.exec(fragment(id)) ?? []
  return Number(number) * (unit === 'g' ? 2 ** 30 : 2 ** 20)
}

/** Bytes of "187.3MiB / 512MiB", as `docker stats` writes memory; NaN: it is none. */
export function bytesOf(text) {
  const [, number, unit] = /^([\d.]+)(B|KiB|MiB|GiB)\b/.exec(text) ?? []
  return Number(number) * (1024 ** ['B', 'KiB', 'MiB', 'GiB'].indexOf(unit) || Number.NaN)
}

/** What a service may take of a processor and still be idle (percent, as `docker stats` writes it), so many readings in a row. */
const IDLE_PERCENT = 5
const IDLE_READINGS = 3

/** What begins with a service must be over by then, and memory that only its start took given back (ms). */
const IDLE_WITHIN_MS = 180_000

const container = (id) => `${settings.project}-${id}-1`

/** Everything is scraped every 15 s; so long it may take until all was (ms). */
const SCRAPED_WITHIN_MS = 90_000
const POLL_MS = 2000

/** Who sends nothing until somebody sends traces, or there is a cluster. */
const later = new Set(['traces', 'cluster'])

/** What of the metrics that dashboards read is not among those that are there: exporters of which none is, and single names. */
export function lacking(exporters, there) {
  const own = exporters.filter(({ by }) => !later.has(by))
  const has = (name) => there.has(name)
  const silent = own.filter(({ names }) => !names.some(has)).map(({ by, source }) => `${by} (${source})`)
  return { silent, names: own.flatMap(({ names }) => names.filter((name) => !has(name))) }
}

/** Throws what was said by a program that failed. */
async function done(work) {
  const { code, out, err } = await work
  if (code !== 0) throw new Error(`ended with ${code}: ${`${err} ${out}`.trim().slice(-600)}`)
  return out
}

/**
 * Waits until a container is idle and within its budget; one reading of `docker stats` takes Docker two seconds by itself. Throws
 * which of the two did not come, with the last reading.
 */
async function idleWithin(id, { docker, now }) {
  const end = now() + IDLE_WITHIN_MS
  const budget = budgetOf(id)
  for (let calm = 0; ;) {
    const words = ['stats', '--no-stream', '--format', '{{.CPUPerc}}\t{{.MemUsage}}', container(id)]
    const [cpu = '', memory = ''] = (await done(docker(...words))).trim().split('\t')
    calm = Number.parseFloat(cpu) < IDLE_PERCENT ? calm + 1 : 0
    const used = bytesOf(memory)
    if (calm >= IDLE_READINGS && used <= budget) return
    if (now() < end) continue
    const within = `${IDLE_WITHIN_MS / 1000} s after its start`
    need(calm >= IDLE_READINGS, `${id} is not idle ${within}: ${cpu || 'nothing told'} of a processor`)
    need(used <= budget, `${id} has ${used} bytes ${within}, and ${budget} are kept for it`)
  }
}

const need = (is, what) => {
  if (!is) throw new Error(what)
}

/** Each: which services run for it, and what is asked of them; what it throws is what failed. */
const cases = [
  {
    name: 'store.sh in silo makes buckets with versions and rules, an account, and nothing twice',
    services: ['object-store'],
    async ask({ docker, maculactl }) {
      const store = (...words) =>
        done(docker('exec', container('object-store'), 'sh', '/etc/macula/store.sh', ...words))
      const mc = (...words) =>
        done(docker('exec', '-e', 'MC_CONFIG_DIR=/tmp/macula-mc', container('object-store'), 'mc', ...words))
      for (const bucket of ['backups', 'artifacts']) {
        need((await mc('version', 'info', `root/${bucket}`)).includes('enabled'), `${bucket} has no versions`)
        need(
          (await mc('ilm', 'rule', 'ls', `root/${bucket}`)).includes('macula-older'),
          `${bucket}: no rules`,
        )
      }
      need((await store('prepare')) === '', 'what is whole was made again')
      // Attached once more, which some versions of mc take for an error.
      await done(docker('exec', container('object-store'), 'sh', '-c', 'rm -f /tmp/macula-mc/config.json'))
      await store('prepare')
      need((await store('create', 'shop', 'versioned')).trim() === 'made', 'shop was not made')
      need((await store('create', 'shop', 'versioned')).trim() === 'there', 'shop was made twice')
      const names = await done(maculactl('s3', 'list'))
      for (const bucket of ['tempo', 'backups', 'artifacts', 'shop'])
        need(names.includes(bucket), `${bucket} is not listed`)
    },
  },
  {
    name: 'admin.py in PowerDNS-Admin makes its administrator once, and sets its password',
    services: ['powerdns-db', 'powerdns', 'powerdns-admin'],
    async ask({ docker }) {
      const script = ['python', '/etc/macula/admin.py']
      const ask = 'from powerdnsadmin.models.user import User'
      need(
        (await done(docker('exec', container('powerdns-admin'), ...script, 'prepare'))) === '',
        'the administrator was made twice',
      )
      await done(docker('exec', container('powerdns-admin'), 'python', '-c', ask))
      await done(
        docker(
          'exec',
          container('powerdns-admin'),
          'sh',
          '-c',
          `printf 'of the test\\n' | ${script.join(' ')} password`,
        ),
      )
    },
  },
  {
    name: 'serve.sh and collect.sh in the registry give space back and take pushes again',
    services: ['registry'],
    async ask({ docker, maculactl }) {
      const collect = () => maculactl('action', 'registry', 'collect-garbage', '--yes')
      const garbage = async (...words) =>
        await done(docker('exec', container('registry'), 'sh', '/etc/macula-registry/collect.sh', ...words))
      need((await garbage()).includes('No image was pushed yet'), 'it did not see that there is nothing')
      const blob = ['-q', '-O', '/dev/null']
      // Its folders are there after a first upload, whole or not.
      await done(
        docker(
          'exec',
          container('registry'),
          'sh',
          '-c',
          `mkdir -p /var/lib/registry/docker/registry/v2/repositories && wget ${blob.join(' ')} http://127.0.0.1:5000/v2/`,
        ),
      )
      need(
        (await garbage('--delete-untagged')).includes('blobs deleted'),
        'nothing is told of what was deleted',
      )
      await done(collect())
      await done(docker('exec', container('registry'), 'wget', ...blob, 'http://127.0.0.1:5000/v2/'))
    },
  },
  {
    name: 'Alloy takes its configuration whole, and keeps to its budget when idle',
    services: ['alloy'],
    async ask({ docker, now }) {
      await done(docker('exec', container('alloy'), '/bin/alloy', 'validate', '/etc/alloy/config.alloy'))
      await idleWithin('alloy', { docker, now })
    },
  },
  {
    name: 'metrics that dashboards and rules read are there by these names',
    services:
      'prometheus grafana loki tempo alloy object-store powerdns-db powerdns registry timescaledb'.split(' '),
    async ask({ docker, now, sleep, exporters, tell }) {
      const ask = 'http://127.0.0.1:9090/api/v1/label/__name__/values'
      const words = ['exec', container('prometheus'), 'wget', '-q', '-O', '-', ask]
      const end = now() + SCRAPED_WITHIN_MS
      for (;;) {
        const said = JSON.parse(await done(docker(...words)))
        const { silent, names } = lacking(exporters, new Set(said.data))
        if (silent.length === 0) {
          // A counter with labels is there once it counted: what nobody did cannot be told from a wrong name.
          if (names.length > 0) tell(`not there while nothing happens: ${names.join(' ')}`)
          return
        }
        need(now() < end, `none of the names that are known of it is there: ${silent.join('; ')}`)
        await sleep(POLL_MS)
      }
    },
  },
]

/** Their names. */
export const names = cases.map(({ name }) => name)

/** What each service that was started keeps when idle, beside what its description says, a line each. */
export function tellBudgets(stats) {
  return stats
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'))
    .map(([name = '', memory = '']) => {
      const id = name.replace(`${settings.project}-`, '').replace(/-1$/, '')
      return readdirSync(stack).includes(id)
        ? `${id.padEnd(16)} ${Math.round(bytesOf(memory) / 2 ** 20)} MB of ${budgetOf(id) / 2 ** 20} MB`
        : ''
    })
    .filter(Boolean)
}

/**
 * Runs all of them. `hands`: `docker` and `maculactl` run with words and resolve with code, out and err; `now` is the time (ms);
 * `sleep` waits between two questions (ms); `exporters` are those of scripts/dashboards/metrics.ts; `tell` prints a line. The names of images that stand in for the published ones are theirs again afterwards. One whose image cannot
 * be pulled failed. Returns a suite's result.
 */
export async function publishedStack({ docker, maculactl, now, sleep, exporters, tell }) {
  const began = Date.now()
  const failures = []
  const before = new Map()
  const images = [...new Set(cases.flatMap(({ services }) => services))].map(imageOf)
  try {
    const missing = new Map()
    for (const image of images) {
      const { code, out } = await docker('image', 'inspect', '--format', '{{.Id}}', image)
      if (code === 0) before.set(image, out.trim())
      tell(`pulling ${image}`)
      const pulled = await docker('pull', image)
      if (pulled.code !== 0) missing.set(image, pulled.err.trim())
    }
    for (const one of cases) {
      const { name, services } = one
      const lacks = services.map(imageOf).find((image) => missing.has(image))
      try {
        if (lacks !== undefined) throw new Error(`${lacks} cannot be pulled: ${missing.get(lacks)}`)
        await done(maculactl('up', ...services))
        await one.ask({ docker, maculactl, now, sleep, exporters, tell })
        tell(`passed: ${name}`)
      } catch (error) {
        failures.push({ test: name, why: error instanceof Error ? error.message : String(error) })
      }
    }
    const { out } = await docker('stats', '--no-stream', '--format', '{{.Name}}\t{{.MemUsage}}')
    for (const line of tellBudgets(out)) tell(line)
  } finally {
    if (images.length > 0) await maculactl('down', '--remove', '--also')
    for (const [image, id] of before) await docker('tag', id, image)
  }
  return {
    name: 'published',
    passed: cases.length - failures.length,
    failed: failures.length,
    skipped: 0,
    seconds: (Date.now() - began) / 1000,
    failures,
  }
}
