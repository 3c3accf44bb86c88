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

/** Runs a program with our terminal; resolves with its exit code. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options })
    child.on('error', (error) => reject(new Error(`${program} cannot be run: ${error.message}`)))
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
    child.on('error', (error) => reject(new Error(`${program} cannot be run: ${error.message}`)))
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
