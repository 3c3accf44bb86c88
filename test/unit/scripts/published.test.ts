import { expect, test } from 'vitest'
import { exporters, type Exporter } from '../../../scripts/dashboards/metrics.ts'

/** What is run on published images only: here that each fails rightly where they are missing, and what each asks. */

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}
interface Hands {
  readonly docker: (...words: readonly string[]) => Promise<Ran>
  readonly maculactl: (...words: readonly string[]) => Promise<Ran>
  readonly now: () => number
  readonly sleep: () => Promise<void>
  readonly exporters: readonly Exporter[]
  readonly tell: (line: string) => void
}
const lib = new URL('../../../scripts/lib/published-stack.mjs', import.meta.url).href
const { budgetOf, bytesOf, imageOf, lacking, names, publishedStack, tellBudgets } = (await import(
  /* @vite-ignore */ lib
)) as {
  readonly budgetOf: (id: string) => number
  readonly bytesOf: (text: string) => number
  readonly imageOf: (id: string) => string
  readonly lacking: (
    all: readonly Exporter[],
    there: ReadonlySet<string>,
  ) => { readonly silent: readonly string[]; readonly names: readonly string[] }
  readonly names: readonly string[]
  readonly tellBudgets: (stats: string) => readonly string[]
  readonly publishedStack: (hands: Hands) => Promise<{
    readonly passed: number
    readonly failed: number
    readonly failures: readonly { readonly test: string; readonly why: string }[]
  }>
}

const well = (out = ''): Ran => ({ code: 0, out, err: '' })

/** Programs that say what the published ones would, and what was asked of them. */
function hands(over: (line: string) => Ran | undefined = () => undefined) {
  const asked: string[] = []
  const told: string[] = []
  let made = false
  let swept = false
  let time = 0
  const docker = async (...words: readonly string[]): Promise<Ran> => {
    const line = `docker ${words.join(' ')}`
    asked.push(line)
    const said = over(line)
    if (said) return await Promise.resolve(said)
    if (line.includes('image inspect')) return well(`sha256:of-${words.at(-1)}\n`)
    if (line.includes('version info')) return well('versioning is enabled')
    if (line.includes('ilm rule ls')) return well('macula-older-versions')
    if (line.includes('create shop')) return ((made = !made), well(made ? 'made\n' : 'there\n'))
    if (line.includes('collect.sh'))
      return ((swept = true), well(line.includes('untagged') ? '0 blobs deleted' : 'No image was pushed yet'))
    if (line.includes('{{.MemUsage}}'))
      return well(
        line.includes('{{.Name}}')
          ? 'macula-published-alloy-1\t150MiB / 512MiB\nother\t1MiB / 2MiB\n'
          : '0.42%\t150MiB / 512MiB\n',
      )
    if (line.includes('__name__'))
      return well(JSON.stringify({ data: exporters.flatMap(({ names: all }) => all) }))
    return well()
  }
  const maculactl = async (...words: readonly string[]): Promise<Ran> => {
    const line = `maculactl ${words.join(' ')}`
    asked.push(line)
    return await Promise.resolve(
      over(line) ?? well(words[0] === 's3' ? 'tempo\nbackups\nartifacts\nshop\n' : ''),
    )
  }
  return {
    asked,
    told,
    swept: () => swept,
    docker,
    maculactl,
    // Time passes with each look at it, so that no deadline is waited for.
    now: () => (time += 1000),
    sleep: async () => await Promise.resolve(),
    exporters,
    tell: (line: string) => void told.push(line),
  }
}

test('where all is as it should be all pass, and names of images are given back', async () => {
  const one = hands()
  expect(await publishedStack(one)).toMatchObject({
    name: 'published',
    passed: names.length,
    failed: 0,
    failures: [],
  })
  for (const id of ['object-store', 'powerdns-db', 'powerdns', 'powerdns-admin', 'registry', 'alloy']) {
    expect(one.asked).toContain(`docker pull ${imageOf(id)}`)
    expect(one.asked).toContain(`docker tag sha256:of-${imageOf(id)} ${imageOf(id)}`)
  }
  expect(one.asked.findIndex((line) => line.startsWith('maculactl down'))).toBeGreaterThan(
    one.asked.findIndex((line) => line.startsWith('maculactl up')),
  )
  expect(one.told).toContain(`alloy            150 MB of ${budgetOf('alloy') / 2 ** 20} MB`)
})

test('without images each case failed, by the image that is missing and what Docker said; nothing is started', async () => {
  const one = hands((line) =>
    line.startsWith('docker pull') ? { code: 1, out: '', err: 'no route to the registry' } : undefined,
  )
  const { passed, failed, failures } = await publishedStack(one)
  expect({ passed, failed }).toEqual({ passed: 0, failed: names.length })
  expect(failures.map(({ test: name }) => name)).toEqual(names)
  for (const { why } of failures) expect(why).toMatch(/^\S+:\S+ cannot be pulled: no route to the registry$/)
  expect(one.asked.filter((line) => line.startsWith('maculactl up'))).toEqual([])
})

test('one image that is missing fails its own case only', async () => {
  const one = hands((line) =>
    line === `docker pull ${imageOf('powerdns-admin')}` ? { code: 1, out: '', err: 'gone' } : undefined,
  )
  const { failures } = await publishedStack(one)
  expect(failures).toEqual([
    {
      test: expect.stringContaining('admin.py') as string,
      why: `${imageOf('powerdns-admin')} cannot be pulled: gone`,
    },
  ])
})

test.each([
  ['store.sh prepare', 'bucket backups created\n', 'store.sh', 'made again'],
  ['version info', 'un-versioned', 'store.sh', 'no versions'],
  ['admin.py prepare', 'administrator admin created\n', 'admin.py', 'made twice'],
  ['collect.sh', '', 'collect.sh', 'nothing'],
  ['{{.CPUPerc}}', '0.40%\t700MiB / 1GiB', 'Alloy', 'are kept for it'],
  ['{{.CPUPerc}}', '0.40%\tnot a number', 'Alloy', 'are kept for it'],
  [
    '{{.CPUPerc}}',
    '64.10%\t150MiB / 1GiB',
    'Alloy',
    'is not idle 180 s after its start: 64.10% of a processor',
  ],
  ['{{.CPUPerc}}', '', 'Alloy', 'nothing told of a processor'],
  ['__name__', '{"data":["up"]}', 'metrics', 'grafana (Grafana,'],
])('%s that says %j is found', async (asked, out, name, why) => {
  const { failures } = await publishedStack(hands((line) => (line.includes(asked) ? well(out) : undefined)))
  expect(failures).toHaveLength(1)
  expect(failures[0]?.test).toContain(name)
  expect(failures[0]?.why).toContain(why)
})

test('a start that is busy for a while is waited for', async () => {
  let readings = 0
  const { failed } = await publishedStack(
    hands((line) =>
      line.includes('{{.CPUPerc}}')
        ? well(`${(readings += 1) < 5 ? '80.00' : '1.00'}%\t150MiB / 512MiB`)
        : undefined,
    ),
  )
  expect({ failed, readings }).toEqual({ failed: 0, readings: 7 })
})

test('names that are missing are told, an exporter without any is one that sends nothing', () => {
  const all = new Set(exporters.flatMap(({ names: own }) => own))
  expect(lacking(exporters, all)).toEqual({ silent: [], names: [] })
  all.delete('minio_cluster_bucket_total')
  expect(lacking(exporters, all)).toEqual({ silent: [], names: ['minio_cluster_bucket_total'] })
  const others = new Set([...all].filter((name) => !name.startsWith('pdns_')))
  expect(lacking(exporters, others).silent).toEqual([expect.stringMatching(/^powerdns \(/)])
  // Nothing sends traces here, and there is no cluster.
  expect(lacking(exporters, new Set()).silent.filter((one) => /^(traces|cluster) /.test(one))).toEqual([])
})

test('a start that fails is told with its words', async () => {
  const one = hands((line) =>
    line === 'maculactl up alloy' ? { code: 1, out: '', err: 'Alloy is not started.' } : undefined,
  )
  expect((await publishedStack(one)).failures[0]?.why).toBe('ended with 1: Alloy is not started.')
})

test('memory as docker stats writes it', () => {
  expect(['512B / 1GiB', '1.5KiB / 1GiB', '187.5MiB / 512MiB', '1.25GiB / 2GiB', ''].map(bytesOf)).toEqual([
    512,
    1536,
    187.5 * 2 ** 20,
    1.25 * 2 ** 30,
    Number.NaN,
  ])
  expect(tellBudgets('macula-published-nobody-1\t1MiB / 2MiB\n')).toEqual([])
})
