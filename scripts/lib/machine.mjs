import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  chmodSync,
} from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { quietly, root, run, say, works } from './process.mjs'

/** The plain user of the test machine, made by test/machine/setup.sh. */
export const testUser = 'macula-test'
/** Where that user finds the product: a clone may lie where only root can read. Another place for a second clone. */
export const installed = process.env['MACULA_TEST_COPY'] ?? '/opt/macula-desktop-test'

/** Why this machine cannot be made a test machine, or undefined. */
export function whyNoMachine() {
  if (process.platform !== 'linux') return 'the suites with a real Docker engine need Debian 12'
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  if (!/^ID=debian$/m.test(release)) return 'the suites with a real Docker engine need Debian 12'
  if (process.getuid() !== 0) return 'installing Docker, dnsmasq, socat and the test user needs root'
  return undefined
}

/** Which programs of the suites this machine lacks, as a sentence; empty when it has all. */
export async function missingHere() {
  const wanted = {
    docker: ['info'],
    dnsmasq: ['--version'],
    socat: ['-V'],
    busybox: ['true'],
    dash: ['-c', ':'],
  }
  const missing = []
  for (const [program, args] of Object.entries(wanted))
    if (!(await works(program, args)))
      missing.push(program === 'docker' ? 'a Docker engine that answers' : program)
  return missing.length === 0 ? '' : ` Missing here: ${missing.join(', ')}.`
}

/** Installs what the suites need and starts Docker. */
export async function setUpMachine() {
  say('preparing the machine')
  if ((await run(join(root, 'test', 'machine', 'setup.sh'), [])) !== 0)
    throw new Error('the machine could not be prepared (see above).')
}

/** Its programs take minutes to compile the first time; only the suite of the Applications tier needs it. */
const NODE = 'kind-node'

/** Builds the test images of the stack under the published names, as far as they are not there. */
export async function buildImages() {
  say('building test images')
  await build([process.execPath], ['--without', NODE])
}

/**
 * Builds the cluster's node while other suites go on. Where it is compiled first (ten minutes of two cores), this and the suite that
 * waits for it are the longest way through a run: it gives way to nobody.
 */
export async function buildNodeImage() {
  await build([process.execPath], ['--only', NODE])
  // Built in a room that has no way out, so that what it takes from there is here before.
  await quietly(join(root, 'test', 'images', 'kind-app', 'build.sh'), ['--fetch'])
}

/**
 * The names of all images of the stack and of the tests' own base; those of what ran before Macula are not among them. `withNode`: the
 * cluster's node too.
 */
export async function stackImages(withNode) {
  const listed = await quietly(process.execPath, [join(root, 'test', 'images', 'build.mjs'), '--list'])
  const images = listed
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
    .flatMap(([service, image]) =>
      service.startsWith('old-') || (service === NODE && !withNode) ? [] : [image],
    )
  return ['macula-test/base', ...images]
}

async function build([program, ...words], args) {
  if ((await run(program, [...words, join(root, 'test', 'images', 'build.mjs'), ...args])) !== 0)
    throw new Error('the test images could not be built (see above).')
}

/** A machine on which the stack can run. */
export async function prepareMachine() {
  await setUpMachine()
  await buildImages()
}

/** Puts Node, dist/ and assets/ where the test user can read them, replaced as a whole. */
export async function installCopy() {
  await ensureBuilt()
  const fresh = `${installed}.new`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(join(fresh, 'bin'), { recursive: true })
  cpSync(process.execPath, join(fresh, 'bin', 'node'))
  cpSync(join(root, 'dist'), join(fresh, 'dist'), { recursive: true })
  cpSync(join(root, 'assets'), join(fresh, 'assets'), { recursive: true })
  writeFileSync(
    join(fresh, 'bin', 'maculactl'),
    `#!/bin/sh\nexec ${installed}/bin/node ${installed}/dist/maculactl.mjs "$@"\n`,
  )
  // Where Node keeps what it compiled for a user's next command; see `argv` of test/integration/support/actor.ts.
  mkdirSync(join(fresh, 'compiled'))
  chmodSync(join(fresh, 'bin', 'maculactl'), 0o755)
  await quietly('chmod', ['-R', 'a+rX', fresh])
  chmodSync(join(fresh, 'compiled'), 0o1777)
  // Replaced by renaming: a copy that runs now keeps its files until it ends.
  const old = `${installed}.old`
  rmSync(old, { recursive: true, force: true })
  if (existsSync(installed)) renameSync(installed, old)
  renameSync(fresh, installed)
  rmSync(old, { recursive: true, force: true })
}

/**
 * Program, arguments and options that run a command (maculactl, docker) as the test user, with an environment like
 * that of a sign-in, and `env` besides.
 */
export function asTestUser(words, env = {}) {
  const home = `/home/${testUser}`
  const all = {
    HOME: home,
    USER: testUser,
    PATH: `${join(installed, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
    TERM: process.env['TERM'] ?? 'dumb',
    LANG: 'C.UTF-8',
    ...env,
  }
  return [
    'setpriv',
    ['--reuid', testUser, '--regid', testUser, '--init-groups', '--', ...words],
    // Nothing of root's own environment goes along.
    { env: all, cwd: '/' },
  ]
}
