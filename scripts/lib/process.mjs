import { spawn } from 'node:child_process'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** Where fetched and built things are kept over clones. */
export const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'macula-desktop')

const began = Date.now()

/** One progress line with the seconds since the begin. */
export function say(text) {
  console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s  ${text}`)
}

function sayCannotRun(program, error) {
  if (error.code !== 'ENOENT') return `${program} cannot be run: ${error.message}`
  return program === 'npm'
    ? 'npm is not on your PATH. It comes with Node (https://nodejs.org); Debian and Ubuntu have it as a package: sudo apt install npm'
    : `${program} is not installed, or not on your PATH.`
}

/**
 * Gets something from the npm registry; when that fails, says what for, npm's own reason, and what to do.
 * `otherwise`: what a person can do without it.
 */
export async function fromRegistry(what, args, options, otherwise) {
  try {
    return await quietly('npm', args, options)
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    if (text.startsWith('npm is not')) throw error
    const reason = text
      .split('\n')
      .find((line) => /npm (?:ERR!|error) (?!code|errno|A complete log)/.test(line))
    throw new Error(
      [
        `${what} could not be fetched from the npm registry.`,
        ...(reason === undefined ? [text] : [`npm says: ${reason.replace(/^.*npm (?:ERR!|error) /, '')}`]),
        `Check the connection (npm ping; npm config get registry; a proxy: npm config get proxy), then run it again${otherwise === undefined ? '.' : `; or ${otherwise}.`}`,
      ].join('\n'),
      { cause: error },
    )
  }
}

/** Runs a program with our terminal; resolves with its exit code. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options })
    child.on('error', (error) => reject(new Error(sayCannotRun(program, error))))
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)))
  })
}

/** Runs a program that must succeed; its output is shown only when it fails. */
export function quietly(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    child.on('error', (error) => reject(new Error(sayCannotRun(program, error))))
    child.on('close', (code) =>
      code === 0
        ? resolve(output)
        : reject(
            new Error(
              `${program} ${args.join(' ')} ended with ${code}:\n${output.trim().split('\n').slice(-30).join('\n')}`,
            ),
          ),
    )
  })
}

/** Whether a program answers a call with exit code 0. */
export async function works(program, args) {
  return await quietly(program, args).then(
    () => true,
    () => false,
  )
}
