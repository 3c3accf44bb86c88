// Builds the images of the stack under their pinned names, for machines that can reach no image registry.
// One folder a service, named as in assets/stack; the name to tag is read there, never listed here.
// Node >= 18, nothing but its own modules. Usage: node build.mjs [--only a,b] [--list] [--help]
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const stack = join(here, '..', '..', 'assets', 'stack')
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'macula-desktop')
const LABEL = 'dev.macula.test.content'
const BASE = 'macula-test/base'
const began = Date.now()
const say = (text) => console.log(`  ${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${text}`)

/** Runs a program by argv; resolves with its output, rejects with its last lines. */
function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let out = ''
    let all = ''
    child.stdout.on('data', (data) => ((out += data), (all += data)))
    child.stderr.on('data', (data) => (all += data))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0
        ? resolve(out.trim())
        : reject(
            new Error(
              `${program} ${args.join(' ')} ended with ${code}:\n${all.trim().split('\n').slice(-15).join('\n')}`,
            ),
          ),
    )
  })
}

function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((one, two) => (one.name < two.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesOf(join(folder, entry.name)) : [join(folder, entry.name)],
    )
}

/** SHA-256 over names, modes and contents of folders, and extra words. */
function contentOf(folders, ...words) {
  const hash = createHash('sha256')
  for (const word of words) hash.update(`${word}\0`)
  for (const folder of folders)
    for (const file of filesOf(join(here, folder)))
      hash.update(`${file.slice(here.length)}\0${statSync(file).mode & 0o111}\0`).update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

const labelOf = (image) =>
  run('docker', ['image', 'inspect', '-f', `{{index .Config.Labels "${LABEL}"}}`, image]).catch(() => '')

/** The base, from Docker, else from the cache, else made anew (a minute). */
async function base() {
  const content = contentOf(['base'])
  if ((await labelOf(BASE)) === content) return content
  mkdirSync(cache, { recursive: true })
  const tar = join(cache, `base-${content}.tar.zst`)
  if (!existsSync(tar)) {
    say('making the base image (Debian with nginx, PostgreSQL, PowerDNS, registry, Prometheus)')
    await run(join(here, 'base', 'build.sh'), [`${tar}.new`])
    for (const old of readdirSync(cache))
      if (/^base-.*\.tar/.test(old) && old !== `base-${content}.tar.zst.new`) rmSync(join(cache, old))
    renameSync(`${tar}.new`, tar)
  }
  say('importing the base image')
  await run('docker', ['import', '--change', `LABEL ${LABEL}=${content}`, tar, BASE])
  return content
}

/** The node image of our cluster, by its tag: the digest is the published one's, which is not what is built here. */
function nodeImage() {
  const file = join(here, '..', '..', 'assets', 'cluster', 'clusters', 'hub', 'kind.yaml')
  const image = /^ +image: ([^@\s]+)/m.exec(readFileSync(file, 'utf8'))?.[1]
  if (!image) throw new Error(`${file} names no image`)
  return image
}

/** The image that a service's fragment names: `image:` in the block of the service that the folder is named after. */
function imageOf(service) {
  if (service === 'kind-node') return nodeImage()
  // Not of our stack: what a machine ran before it names its own.
  const named = join(here, service, 'image')
  if (existsSync(named)) return readFileSync(named, 'utf8').trim()
  const file = join(stack, service, 'compose.yaml')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const block = text.split(/^(?= {0,2}\S)/m).find((part) => part.startsWith(`  ${service}:`)) ?? ''
  const image = /^ {4}image: (\S+)$/m.exec(block)?.[1]
  if (!image) throw new Error(`${file} names no image for ${service}`)
  return image
}

async function build(service, baseContent) {
  const image = imageOf(service)
  const content = contentOf([service, 'standin'], baseContent)
  if ((await labelOf(image)) === content) return false
  // What needs more than a Dockerfile brings its own script; it compiles programs and keeps them in the cache.
  if (existsSync(join(here, service, 'build.sh'))) {
    try {
      await run(join(here, service, 'build.sh'), [image, `${LABEL}=${content}`])
    } catch (error) {
      // What it is compiled with is not here: its own suites say so, the others need not wait for it.
      const [missing] = /needs (?:Go|cmake|make|cc)\b/.exec(error.message) ?? []
      if (!missing) throw error
      say(`${service}: left out, it ${missing}`)
      return false
    }
    say(`${service}: ${image}`)
    return true
  }
  // The classic builder: it needs no plugin, and finds a base that exists only here.
  await run(
    'docker',
    [
      'build',
      '-q',
      '-t',
      image,
      '--label',
      `${LABEL}=${content}`,
      '-f',
      join(here, service, 'Dockerfile'),
      here,
    ],
    {
      env: { ...process.env, DOCKER_BUILDKIT: '0' },
    },
  )
  say(`${service}: ${image}`)
  return true
}

const args = process.argv.slice(2)
const all = readdirSync(here).filter((name) => existsSync(join(here, name, 'Dockerfile')))
if (args.includes('--help')) {
  console.log(
    'Usage: node test/images/build.mjs [--only SERVICE,…] [--without SERVICE,…] [--list]\nBuilds the test images of the stack; what is up to date is left as it is.',
  )
} else if (args.includes('--list')) {
  for (const service of all) console.log(`${service}\t${imageOf(service)}`)
} else {
  const listed = (flag) => (args.includes(flag) ? (args[args.indexOf(flag) + 1] ?? '').split(',') : undefined)
  const without = listed('--without') ?? []
  const only = listed('--only') ?? all.filter((name) => !without.includes(name))
  try {
    const unknown = only.filter((name) => !all.includes(name))
    if (unknown.length > 0) throw new Error(`no test image for ${unknown.join(', ')}`)
    const content = await base()
    const queue = [...only]
    let built = 0
    const worker = async () => {
      for (let service = queue.shift(); service !== undefined; service = queue.shift())
        if (await build(service, content)) built += 1
    }
    await Promise.all([worker(), worker()])
    // What lost its name to a new build, the old base too, is 800 MB that nobody can use.
    if (built > 0) await run('docker', ['image', 'prune', '-f', '--filter', `label=${LABEL}`])
    say(`${built} built, ${only.length - built} up to date`)
  } catch (error) {
    console.error(`build: ${error.message}`)
    process.exitCode = 1
  }
}
